import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { actor } from "@plinth/model";
import { type Commit, silent } from "@plinth/ports";
import { sqliteStore } from "@plinth/sqlite";
import notes from "../notes.fixture.ts";
import { type Running, run } from "../run.ts";
import { systemClock } from "../system.ts";

/** A service that runs on a store in a folder, and in which amounts were added to notes. */
export async function servedNotes(
  folder: string,
  file: string,
  amounts: readonly number[],
): Promise<Running> {
  const store = `sqlite:${join(folder, file)}`;
  const running = await run(notes, { store, port: 0, signals: false, logger: silent });
  for (const [at, amount] of amounts.entries()) await addNote(running, `n${at % 3}`, amount, `key-${at}`);
  return running;
}

/** Adds an amount to a note; resolves to the position. */
export async function addNote(
  { operations }: Running,
  id: string,
  amount: number,
  idempotencyKey: string,
): Promise<number> {
  const caller = { actor: actor("ann"), trace: null, deadlineMs: 5000 };
  const order = { caller, entity: "note", command: "add", id, input: { amount } };
  const done = await operations.run({ ...order, idempotencyKey, expectedVersion: null });
  return done.position;
}

/** Makes a store with so many events, each with an answer and a state of its own. */
export async function fillFile(path: string, events: number): Promise<void> {
  const store = await sqliteStore({ path, clock: systemClock });
  for (let from = 0; from < events; from += 1000)
    await store.log.append(
      Array.from({ length: Math.min(1000, events - from) }, (_, at) => noted(from + at)),
    );
  await store.close();
}

/** One of many commits to a few hundred streams. */
function noted(at: number): Commit {
  return {
    stream: { tenant: `t${at % 3}`, entity: "note", id: `n${at % 400}` },
    expectedVersion: Math.floor(at / 1200),
    events: [{ type: "note.added", data: `{"amount": ${at}.0}` }],
    state: `{"total": ${at}}`,
    command: { id: `c-${(at * 7919) % 1_000_003}`, fingerprint: `f${at}`, refusal: null },
    unique: at < 1200 ? [{ index: "note.name", release: null, claim: `name ${at}` }] : [],
    conditions: [],
    at: new Date(1_893_456_000_000 + at).toISOString(),
    actor: "ann",
    trace: null,
  };
}

const EVERYTHING = [
  `SELECT position, tenant, events.entity, key, version, name, data, at, actor, trace
   FROM (SELECT events.*, streams.tenant, streams.entity, streams.key FROM events JOIN streams ON streams.id = stream) AS events
   JOIN event_types ON event_types.id = type
   ORDER BY position`,
  `SELECT answers.id, tenant, key, answers.version, answers.position, events, fingerprint, refusal, at
   FROM answers JOIN streams ON streams.id = stream
   ORDER BY n`,
  `SELECT unique_values.tenant, name, value, key
   FROM unique_values JOIN streams ON streams.id = stream
   ORDER BY unique_values.tenant, name, value`,
  "SELECT tenant, key, version, state FROM state_note ORDER BY tenant, key",
  "SELECT * FROM counters WHERE name <> 'checks' ORDER BY name",
];

/** What a file holds, as SQL tells it. */
export function contentOf(path: string): unknown[][] {
  const file = new DatabaseSync(path, { readOnly: true });
  const content = EVERYTHING.map((sql) =>
    file
      .prepare(sql)
      .all()
      .map((row) => ({ ...row })),
  );
  file.close();
  return content;
}
