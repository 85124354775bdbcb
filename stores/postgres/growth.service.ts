import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, type TestContext, test } from "node:test";
import type { Commit, Log } from "@plinth/ports";
import pg from "pg";
import { noPostgres, type PostgresSource, startPostgres } from "../../servers/postgres.ts";
import { batchOf } from "./batch.ts";
import { migratePostgres, postgresStore } from "./index.ts";
import { clock } from "./samples.fixture.ts";

/** How many events there are at last; `PLINTH_GROWTH_EVENTS` says another number. */
const EVENTS = Number(process.env.PLINTH_GROWTH_EVENTS ?? 1_000_000);
/** Commits of the batch that is looked at, each on a stream of its own. */
const COMMITS = 100;
/** The most rows that any node of a plan may read for it: some indexes are asked once for each commit. */
const READ_MAX = 4 * COMMITS;

/** So many events, ten in each stream, with the answers to their commands. */
const FILL = (from: number, to: number) => `
  INSERT INTO plinth.streams (entity, tenant, key, id, version, position, line, state_version, state)
  SELECT 'account', 'main', 's' || i, nextval('plinth.stream_ids'), 10, i * 10, 0, 10, '{"balance":10}'
  FROM generate_series(${from / 10 + 1}, ${to / 10}) i;
  INSERT INTO plinth.events (position, entity, stream, version, type, data, at, actor, trace)
  SELECT i, 'account', (SELECT id FROM plinth.streams WHERE entity = 'account' AND tenant = 'main' AND key = 's' || ((i - 1) / 10 + 1)),
         (i - 1) % 10 + 1, 'account.deposited', '{"amount":1,"note":"for growth"}', '2030-01-01T00:00:00.000Z', 'anna', NULL
  FROM generate_series(${from + 1}::bigint, ${to}) i;
  INSERT INTO plinth.answers (id, stream, version, position, events, fingerprint, refusal, at)
  SELECT gen_random_uuid()::text, 1, 1, i, 1, md5(i::text), NULL, '2030-01-01T00:00:00.000Z'
  FROM generate_series(${from + 1}, ${to}) i`;

/** Plans of the statements within functions come as notices. */
const EXPLAIN = `
  LOAD 'auto_explain';
  SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on; SET auto_explain.log_analyze = on;
  SET auto_explain.log_format = 'json'; SET auto_explain.log_level = 'notice'; SET client_min_messages = 'notice'`;

const APPEND = `SELECT verdicts FROM plinth.append(${Array.from({ length: 23 }, (_, at) => `$${at + 1}`).join(", ")})`;

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

interface Explained {
  readonly "Query Text": string;
  readonly Plan: PlanNode;
}

/** The plans of whatever is run on a connection meanwhile. */
async function plansOf(client: pg.Client, run: () => Promise<unknown>): Promise<readonly Explained[]> {
  const plans: Explained[] = [];
  const note = ({ message = "" }: { message?: string | undefined }) => {
    const [, json] = /plan:\n([\s\S]*)$/.exec(message) ?? [];
    if (json) plans.push(JSON.parse(json) as Explained);
  };
  client.on("notice", note);
  await run();
  client.off("notice", note);
  return plans;
}

/** What a plan reads of tables, node by node: only those that are as small as the batch may be read from end to end. */
function checkPlan({ "Query Text": text, Plan }: Explained): void {
  const look = (node: PlanNode): void => {
    const read = (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"];
    const isScan = node["Relation Name"] !== undefined && /Scan/.test(node["Node Type"]);
    if (isScan && node["Relation Name"] !== "log") {
      assert.doesNotMatch(node["Node Type"], /Seq Scan/, `${text}\n${JSON.stringify(Plan, null, 1)}`);
      assert.ok(read <= READ_MAX, `${read} rows are read\n${text}\n${JSON.stringify(Plan, null, 1)}`);
    }
    node.Plans?.forEach(look);
  };
  look(Plan);
}

let batches = 0;

/** Half of its commits go to streams that are there, half to new ones; some rest on conditions, and claim values. */
function batch(streams: number): readonly Commit[] {
  batches++;
  return Array.from({ length: COMMITS }, (_, at): Commit => {
    const isKnown = streams > 0 && at % 2 === 0;
    const id = isKnown ? `s${1 + (((batches * COMMITS + at) * 7919) % streams)}` : `new-${batches}-${at}`;
    const stream = { tenant: "main", entity: "account", id };
    const unique = at % 10 === 0 ? [{ index: "account.email", release: null, claim: randomUUID() }] : [];
    const conditions =
      at % 10 === 1 ? [{ kind: "version", stream: { ...stream, id: "other" }, version: 0 } as const] : [];
    return {
      stream,
      expectedVersion: isKnown ? 10 : 0,
      events: [{ type: "account.deposited", data: '{"amount":1,"note":""}' }],
      state: '{"balance":11}',
      command: { id: randomUUID(), fingerprint: "print", refusal: null },
      unique,
      conditions,
      at: "2030-01-02T00:00:00.000Z",
      actor: "anna",
      trace: null,
    };
  });
}

async function checkAppend(client: pg.Client, streams: number): Promise<void> {
  const commits = batch(streams);
  let accepted = 0;
  const plans = await plansOf(client, async () => {
    const { rows } = await client.query<{ verdicts: string[] }>(APPEND, batchOf(commits) as unknown[]);
    accepted = rows[0]!.verdicts.filter((verdict) => Number(verdict) > 0).length;
  });
  // A stream that an earlier batch has come to is at another version.
  assert.ok(accepted > COMMITS / 2, `${accepted} of ${COMMITS} were accepted`);
  assert.ok(plans.length >= 8, `${plans.length} statements`);
  for (const plan of plans) checkPlan(plan);
}

/** A page of the log, the end of it, a stream and an answer: what each takes, in milliseconds. */
async function readingMs(log: Log, head: number): Promise<Record<string, number>> {
  const took: Record<string, number> = {};
  const time = async (what: string, run: () => Promise<unknown>) => {
    await run();
    const began = performance.now();
    for (let turn = 0; turn < 5; turn++) await run();
    took[what] = Math.round(((performance.now() - began) / 5) * 10) / 10;
  };
  await time("a page of 1000 events", () => log.read({ after: Math.max(0, head / 2), limit: 1000 }));
  await time("the end of the log", () => log.read({ after: head, limit: 1000 }));
  await time("a stream", () => log.readStream({ tenant: "main", entity: "account", id: "s1" }, 0, 100));
  await time("no answer", () => log.answer(randomUUID()));
  return took;
}

function onServer(source: PostgresSource, about: string): void {
  describe(`${about}: an append and reads take the same plans from an empty log to ${EVENTS} events`, {
    skip: noPostgres(source),
  }, () => {
    test("by sessions that saw it empty, and by new ones", { timeout: 3_600_000 }, (t) => grow(t, source));
  });
}

async function grow(t: TestContext, source: PostgresSource): Promise<void> {
  const configuration = { shared_buffers: "512MB", max_wal_size: "8GB" };
  const server = await startPostgres(source, { configuration });
  const url = await server.createDatabase();
  await migratePostgres({ url });
  const database = new URL(url).pathname.slice(1);
  const store = await postgresStore({ url, clock });
  const connected = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: server.adminUrl(database) });
    await client.connect();
    await client.query(EXPLAIN);
    return client;
  };
  const old = await connected();
  t.after(async () => {
    await old.end();
    await store.close();
    await server.remove();
  });
  // Plans are kept from the first time on, when all tables are there and empty.
  for (const entity of ["account", "order"]) await store.states.index(entity, []);
  await server.query("ANALYZE", database);
  for (let turn = 0; turn < 10; turn++) await checkAppend(old, 0);
  console.log("empty:", await readingMs(store.log, 0));
  let head = await store.log.head();
  for (let events = EVENTS / 10; events <= EVENTS; events *= 10) {
    const from = Math.ceil(head / 10) * 10;
    await server.query(FILL(from, events), database);
    for (let turn = 0; turn < 3; turn++) await checkAppend(old, events / 10 - 1000);
    const fresh = await connected();
    for (let turn = 0; turn < 10; turn++) await checkAppend(fresh, events / 10 - 1000);
    await fresh.end();
    head = await store.log.head();
    console.log(`${events} events:`, await readingMs(store.log, head));
  }
}

onServer("bundled", "PostgreSQL as it comes with npm");
onServer("system", "PostgreSQL of the system");
