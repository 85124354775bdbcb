import { entity, z } from "plinth";
import { jobSpec } from "../spec/schema.ts";
import { blank, description } from "./description.ts";
import { descriptionOf, draftInput } from "./draft.ts";
import { importInput, mediaTypes, uploads } from "./import.ts";
import { summary, summaryOf } from "./summary.ts";

const reference = z.string().nullable();
const mediaType = z.enum(mediaTypes);
const time = z.iso.datetime();

/** A job that somebody is looked for: draft, then open, then closed. */
export const job = entity("job", {
  describe: "A job: what is known of it, and the document that says so.",
  state: z.object({
    status: z.enum(["draft", "open", "closed"]),
    reference,
    document: z
      .string()
      .nullable()
      .describe("What it was read from, repaired; null where a person wrote it."),
    mediaType: mediaType.nullable(),
    spec: description,
    createdAt: time,
    openedAt: time.nullable(),
    closedAt: time.nullable(),
    closedBecause: z.string().nullable(),
  }),
  initial: {
    status: "draft",
    reference: null,
    document: null,
    mediaType: null,
    spec: blank,
    createdAt: new Date(0).toISOString(),
    openedAt: null,
    closedAt: null,
    closedBecause: null,
  },
  stored: true,
  filter: ["status", "reference", "createdAt", "openedAt", "closedAt"],
  sort: ["status", "reference", "createdAt", "openedAt", "closedAt"],
  unique: { reference: (job) => job.reference },
  events: {
    drafted: z.object({ reference, spec: description }),
    imported: z.object({ reference, document: z.string(), mediaType, spec: jobSpec }),
    opened: z.object({ summary }),
    closed: z.object({ reason: z.string() }),
  },
})
  .evolve({
    drafted: (job, { reference, spec }, { at }) => ({ ...job, reference, spec, createdAt: at }),
    imported: (job, data, { at }) => ({ ...job, ...data, createdAt: at }),
    opened: (job, _data, { at }) => ({ ...job, status: "open", openedAt: at }),
    closed: (job, { reason }, { at }) => ({ ...job, status: "closed", closedAt: at, closedBecause: reason }),
  })
  .commands({
    draft: {
      on: "new",
      describe: "Writes a job by hand.",
      input: draftInput,
      decide: (_job, input, { emit }) =>
        emit.drafted({ reference: input.reference, spec: descriptionOf(input) }),
    },
    import: {
      on: "new",
      describe: "Reads a job spec: what it asks for and offers, each with the quote that says so.",
      input: importInput,
      accepts: uploads,
      decide: (_job, input, { emit }) => emit.imported(input),
    },
    open: {
      describe: "Opens a draft for applications.",
      input: z.object({}),
      decide: (job, _input, { emit, refuse }) => {
        if (job.status === "open") return refuse("job_already_open", "The job is open already.");
        if (job.status === "closed") return refuse("job_closed", "A closed job is not opened again.");
        return emit.opened({ summary: summaryOf(job.reference, job.spec) });
      },
    },
    close: {
      describe: "Closes an open job for good, and says why.",
      input: z.object({ reason: z.string().trim().min(1).max(500) }),
      decide: (job, { reason }, { emit, refuse }) => {
        if (job.status === "draft") return refuse("job_not_open", "The job was never opened.");
        if (job.status === "closed") return refuse("job_already_closed", "The job is closed already.");
        return emit.closed({ reason });
      },
    },
  });

export type Job = z.output<typeof job.state>;
