import { writeSync } from "node:fs";
import type { Row, RowChange, Store } from "@plinth/ports";
import { giveWay } from "./case.ts";
import { append, commandOf, commitOf, events, MAIN, streamOf } from "./commits.ts";

/**
 * The process that is killed: `node crash-writer.ts <module> <location> <name>...`. It commits to the stream of
 * each name, and projects where one is `counts`, as fast as it can; on its output it reports, without any buffer,
 * what the store has acknowledged. Another process may write to the same streams.
 */

export const WRITERS = ["w1", "w2", "w3"];
export const PROJECTOR = "counts";
export const COUNTS = { view: "counts", generation: 1 };

/** The unique value that a writer holds at a version. */
export function turnOf(writer: string, version: number): string {
  return `${writer}:${version}`;
}

async function write({ log }: Store, writer: string): Promise<never> {
  const stream = streamOf(writer);
  for (;;) {
    const version = await log.version(stream);
    const after = version + 3;
    const outcome = await append(
      log,
      commitOf(stream, version, {
        events: events(3),
        state: `{"version":${after}}`,
        command: commandOf(`${writer}-${after}`),
        unique: [{ index: "account.turn", release: turnOf(writer, version), claim: turnOf(writer, after) }],
      }),
    );
    if (outcome.kind === "accepted") writeSync(1, `commit ${writer} ${after} ${outcome.position}\n`);
  }
}

/** Counts events by stream, each exactly once. Always the same owner, so that its lease is its own again. */
async function project({ log, rows, subscriptions }: Store): Promise<never> {
  await rows.create(COUNTS, []);
  const checkpoint = await subscriptions.acquire(PROJECTOR, 0, "the only one", 60_000);
  if (!checkpoint) throw new Error("Someone else projects.");
  const { lease } = checkpoint;
  for (let after = checkpoint.position; ; ) {
    const page = await log.read({ after, limit: 20 });
    const before = await rows.getMany(
      COUNTS,
      WRITERS.map((key) => ({ tenant: MAIN, key })),
    );
    const changes = WRITERS.map((key, at): RowChange => {
      const added = page.events.filter(({ stream }) => stream.id === key).length;
      return {
        tenant: MAIN,
        key,
        row: JSON.stringify({ count: countOf(before[at]!) + added }),
        position: page.position,
      };
    });
    if (!(await rows.write(COUNTS, changes, { lease, position: page.position })))
      throw new Error("Fenced off.");
    after = page.position;
    writeSync(1, `checkpoint ${after}\n`);
    await giveWay();
  }
}

function countOf(row: Row | null): number {
  return row ? (JSON.parse(row.row) as { count: number }).count : 0;
}

if (import.meta.main) {
  const [module, location, ...names] = process.argv.slice(2) as [string, string];
  const { default: open } = (await import(module)) as { default: (location: string) => Promise<Store> };
  const store = await open(location);
  await Promise.all(names.map((name) => (name === PROJECTOR ? project(store) : write(store, name))));
}
