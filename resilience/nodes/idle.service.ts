import assert from "node:assert/strict";
import { it } from "node:test";
import pg from "pg";
import { noPostgres } from "../../servers/postgres.ts";
import { Trial } from "./trial.ts";

const skip = noPostgres("system");

/** How long someone leaves a transaction open, and the stretches of it that are measured, in milliseconds. */
const OPEN_MS = 60_000;
const STRETCH_MS = 10_000;
/** The longest that nothing may be acknowledged meanwhile, and that a row may take to be there on any node. */
const SILENCE_MS = 5000;
const ROW_MS = 5000;
/** Of the speed before, what must be left in the end: others use the machine too. */
const SPEED_MIN = 0.3;

it("a transaction that is left open in psql for a minute neither stalls readers nor hides events", {
  skip,
}, async (t) => {
  const trial = await Trial.begin(t);
  await trial.load(2000);
  const before = await measured(trial, STRETCH_MS);
  const psql = new pg.Client({ connectionString: trial.url });
  psql.on("error", () => {});
  await psql.connect();
  await psql.query("CREATE TABLE public.notes (note text)");
  await psql.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  // It has a snapshot of everything, and a number of its own that others see as not yet ended.
  await psql.query("SELECT count(*) FROM plinth.events, plinth.log");
  await psql.query("INSERT INTO public.notes VALUES ('I will be back in a minute.')");
  const opened = performance.now();
  const speeds: number[] = [];
  while (performance.now() - opened < OPEN_MS) speeds.push(await measured(trial, STRETCH_MS));
  assert.ok(
    trial.silenceSince(opened) < SILENCE_MS,
    `nothing was acknowledged for ${trial.silenceSince(opened)} ms`,
  );
  await psql.query("COMMIT");
  await psql.end();
  const after = await measured(trial, STRETCH_MS);
  trial.say(`commands/s: ${before} before, ${speeds.join(", ")} while it was open, ${after} after`);
  assert.ok(speeds.at(-1)! >= before * SPEED_MIN, "It has become slow.");
  await trial.end();
});

/** Resolves to the commands a second. At its end what is written through one node is in the view on the others. */
async function measured(trial: Trial, ms: number): Promise<number> {
  const since = performance.now();
  await trial.load(ms);
  const speed = trial.speedSince(since);
  const began = performance.now();
  const { position } = trial.ledger;
  for (const { url } of trial.nodes) {
    const headers = { "plinth-at-least": String(position) };
    const response = await fetch(`${url}/balances/e0-1`, { headers, signal: AbortSignal.timeout(ROW_MS) });
    assert.equal(response.status, 200, await response.text());
  }
  const rowMs = Math.round(performance.now() - began);
  trial.say(`${speed} commands/s; what was written is in the view on every node after ${rowMs} ms`);
  return speed;
}
