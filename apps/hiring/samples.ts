import { readdirSync, readFileSync } from "node:fs";
import { actor, type Operations } from "plinth";
import { uploads } from "./job/import.ts";

const FOLDER = new URL("samples/", import.meta.url);
const MEDIA_TYPE = "text/markdown";

/** Long enough for a disk that is busy. */
const DEADLINE_MS = 30_000;

const caller = { actor: actor("samples"), trace: null, deadlineMs: DEADLINE_MS };

/**
 * Imports and opens the sample job specs, each under its file's name. One that is there already is left as it is,
 * except for a draft: then the last start was cut short before it was opened.
 */
export async function importSamples(operations: Operations): Promise<void> {
  for (const name of readdirSync(FOLDER).sort()) {
    const found = await find(operations, name);
    const id = found?.id ?? (await run(operations, "import", null, upload(name)));
    if (!found || found.status === "draft") await run(operations, "open", id, {});
  }
}

async function find(operations: Operations, reference: string) {
  const { items } = await operations.list({
    caller,
    entity: "job",
    atLeast: 0,
    filters: [{ field: "reference", op: "eq", value: reference }],
    sort: [],
    cursor: null,
    limit: 1,
  });
  const [item] = items;
  if (item === undefined) return null;
  const { id, state } = JSON.parse(item) as { id: string; state: { status: string } };
  return { id, status: state.status };
}

function upload(name: string): unknown {
  const document = readFileSync(new URL(name, FOLDER));
  return uploads[MEDIA_TYPE]!(document, { filename: name, mediaType: MEDIA_TYPE });
}

async function run(
  operations: Operations,
  command: string,
  id: string | null,
  input: unknown,
): Promise<string> {
  const request = { caller, entity: "job", command, id, input, idempotencyKey: null, expectedVersion: null };
  return (await operations.run(request)).id;
}
