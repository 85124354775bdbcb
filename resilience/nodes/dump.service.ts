import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { promisify } from "node:util";
import { postgresBinaries } from "../../servers/binaries.ts";
import { noPostgres, startPostgres } from "../../servers/postgres.ts";
import { query } from "./tables.ts";
import { Trial } from "./trial.ts";

const run = promisify(execFile);
const binaries = postgresBinaries("system");
const programs = typeof binaries === "string" ? "" : binaries.bin;
const skip =
  noPostgres("system") ||
  (!existsSync(join(programs, "pg_dump")) && `There is no pg_dump in ${programs}, where the server is.`);

const SUBSCRIPTIONS = "SELECT subscription, shard, position, token FROM plinth.subscriptions ORDER BY 1, 2";
const PARKS = "SELECT * FROM plinth.parks ORDER BY subscription, position";
const HEAD = "SELECT max(position) AS head FROM plinth.events";

it("after pg_dump and a restore into a new cluster everything goes on where it was", { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "plinth-dump-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const trial = await Trial.begin(t);
  await trial.load(4000);
  // In the middle of everything: clients have no answers, subscriptions have not seen the end, events are to be retried.
  await Promise.all(trial.nodes.map((node) => node.kill()));
  const before = await read(trial.url);
  const file = join(folder, "dump");
  await run(join(programs, "pg_dump"), ["--format=custom", "--no-owner", `--file=${file}`, trial.url]);
  const server = await startPostgres("system");
  const url = await server.createDatabase();
  // Other transactions have come before: nothing may rest on their numbers.
  for (let count = 0; count < 500; count++) await server.query("SELECT pg_current_xact_id()");
  await run(join(programs, "pg_restore"), ["--no-owner", `--dbname=${url}`, "--exit-on-error", file]);
  assert.deepEqual(await read(url), before);
  await trial.move(server, url);
  await Promise.all(trial.nodes.map((node) => node.start()));
  await trial.load(4000);
  const { subscriptions, head } = await read(url);
  const behind = before.subscriptions.filter(({ position }) => position < before.head).length;
  assert.ok(subscriptions.length >= before.subscriptions.length && head > before.head);
  trial.say(
    `dumped at ${before.head}, ${behind} of ${before.subscriptions.length} shards behind that, ` +
      `${before.parks.length} events kept; at ${head} by now`,
  );
  await trial.end();
});

function read(url: string) {
  return query(url, async (all) => ({
    subscriptions: await all<{ position: number }>(SUBSCRIPTIONS),
    parks: await all(PARKS),
    head: (await all<{ head: number }>(HEAD))[0]!.head,
  }));
}
