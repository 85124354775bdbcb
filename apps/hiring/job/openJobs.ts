import { view, z } from "plinth";
import { job } from "./job.ts";
import { summary } from "./summary.ts";

/** The jobs that can be applied for. */
export const openJobs = view("openJobs", {
  describe: "The jobs that can be applied for, each as it was when it was opened.",
  row: summary.extend({ id: z.string(), openedAt: z.iso.datetime() }),
  from: [job],
  key: ({ stream }) => stream.id,
  on: {
    "job.opened": (_row, { data, stream, at }) => ({ id: stream.id, ...data.summary, openedAt: at }),
    "job.closed": () => null,
  },
  filter: ["reference", "title", "organisation", "musts", "nices", "openedAt"],
  sort: ["reference", "title", "organisation", "musts", "nices", "openedAt"],
});
