import assert from "node:assert/strict";
import {
  type Place,
  type RecordedEvent,
  SECTIONS,
  type Section,
  type SectionPage,
  type SectionRecords,
  type Store,
} from "@plinth/ports";
import { ANNA, accept, BERT, commandOf, commitOf, events, readAll, streamOf } from "./commits.ts";
import { rowOf } from "./rows.ts";
import { take } from "./subscriptions.ts";

/** A stream of more events than one is likely to be led through step by step. */
export const LONG = streamOf("long");

/** A text that is not to be tidied up. */
const PECULIAR = '{ "b":1.0, "a" : "\u{1f600}e\u0301\u202e \\u0000\'\\"" }';

const AT_ODD = "2029-12-31T23:59:59.5Z";

/** Fills an empty store with some of all that a store can keep. */
export async function fillEverything(store: Store): Promise<void> {
  await fillLog(store);
  await fillViews(store);
  await fillParks(store);
  await fillLeases(store);
}

async function fillLog({ log }: Store): Promise<void> {
  const email = (release: string | null, claim: string | null) => [
    { index: "account.email", release, claim },
  ];
  await accept(
    log,
    commitOf(ANNA, 0, { state: PECULIAR, command: commandOf("c1"), unique: email(null, "a@x") }),
  );
  await accept(
    log,
    commitOf(BERT, 0, {
      events: [{ type: "account.noted", data: PECULIAR }],
      trace: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      actor: "Zo\u00eb",
      at: AT_ODD,
      unique: email(null, "b@x"),
    }),
  );
  await accept(log, commitOf(ANNA, 1, { unique: email("a@x", "\u{1f600}"), command: commandOf("C1") }));
  const other = streamOf("anna", "jobPosting", "\u7d44");
  await accept(log, commitOf(other, 0, { state: "[]", unique: email(null, "a@x"), events: events(2) }));
  const refusal = '{"kind":"refusal","code":"no"}';
  const refused = commandOf("c2", "other print", refusal);
  await accept(log, commitOf(streamOf("never"), 0, { events: [], command: refused, at: AT_ODD }));
  await accept(log, commitOf(LONG, 0, { events: events(300), state: '{"n":300}' }));
  await accept(log, commitOf(LONG, 300, { events: events(300), command: commandOf("c3") }));
}

async function fillViews({ generations, rows, subscriptions }: Store): Promise<void> {
  for (const print of ["one", "two", "three", "four"]) await generations.add("balances", print);
  for (const generation of [2, 3]) await generations.activate({ view: "balances", generation });
  await generations.remove({ view: "balances", generation: 4 });
  await generations.add("openJobs", "f");
  await generations.add("state:account", "no table");
  await rows.create({ view: "openJobs", generation: 1 }, []);
  for (const generation of [1, 2, 3]) {
    const table = { view: "balances", generation };
    await rows.create(table, ["n"]);
    const lease = await take(subscriptions, "node-a", `balances@${generation}`);
    const changes = [
      rowOf("a", { n: generation }, 3),
      { tenant: "main", key: "b", row: PECULIAR, position: 2 ** 33 },
      rowOf("", { n: null }, 4),
      rowOf("a", {}, 5, "\u7d44"),
    ];
    assert.ok(await rows.write(table, changes, { lease, position: generation * 100 }));
  }
}

async function fillParks({ parks, subscriptions }: Store): Promise<void> {
  const lease = await take(subscriptions, "node-a", "reactor:thanks", 3);
  const statuses = ["parked", "retrying", "behind", "replay", "parked", "parked"] as const;
  const put = statuses.map((status, at) => ({
    subscription: "reactor:thanks",
    shard: 3,
    key: `\u{1f600}${at % 2}`,
    position: 10 * at + 1,
    status,
    attempts: at,
    dueAt: status === "retrying" ? 1_893_456_000_123.5 : 0,
    error: 'It\'s "bad".\nLine two.',
    data: at === 1 ? PECULIAR : null,
    parkedAt: 1_893_456_000_000 + at,
  }));
  assert.ok(await parks.write({ put, change: [], remove: [] }, { lease, position: 60 }));
  await parks.discard("reactor:thanks", 51, "First.", "eva", AT_ODD);
  await parks.discard("reactor:thanks", 41, "Second.", "eva", "2030-01-01T00:00:00.000Z");
}

/** One held, one given back, one removed: the last token is of none that is left. */
async function fillLeases({ subscriptions }: Store): Promise<void> {
  await subscriptions.release(await take(subscriptions, "node-b", "mails"));
  await take(subscriptions, "node-c", "audit", 1);
  await take(subscriptions, "node-d", "gone");
  await subscriptions.remove("gone");
}

/** Everything that a store keeps, as ordinary reads tell it. */
export async function seenIn(store: Store, firstPosition = 1) {
  const log: readonly RecordedEvent[] = await readAll(store.log, { after: firstPosition - 1 });
  const streams = [...new Map(log.map(({ stream }) => [JSON.stringify(stream), stream])).values()];
  const each = <Item, Seen>(items: readonly Item[], see: (item: Item) => Promise<Seen>) =>
    Promise.all(items.map(see));
  const generations = (await store.generations.list()).toSorted(
    (a, b) => a.view.localeCompare(b.view) || a.generation - b.generation,
  );
  const tables = generations.filter(({ view }) => !view.startsWith("state:"));
  return {
    log,
    streams: await each(streams, (stream) => store.log.readStream(stream, 0, 1000)),
    versions: await each(streams, (stream) => store.log.version(stream)),
    states: await each(streams, (stream) => store.states.get(stream)),
    answers: await each(["c1", "C1", "c2", "c3", "c4"], (id) => store.log.answer(id)),
    generations,
    rows: await each(tables, (table) => store.rows.scan(table, null, 1000)),
    checkpoints: (await store.subscriptions.list()).map(({ owner, expiresAt, ...kept }) => kept),
    parks: await store.parks.list({ limit: 1000 }),
    discarded: await store.parks.discarded(1000),
  };
}

/** Every record of every section, in pages of `limit`. */
export async function recordsOf(store: Store, limit: number): Promise<Record<Section, readonly unknown[]>> {
  const found = SECTIONS.map(async (section) => [section, await sectionOf(store, section, limit)]);
  return Object.fromEntries(await Promise.all(found));
}

/** Every record of a section, in pages of `limit`. */
export async function sectionOf<Name extends Section>({ transfer }: Store, section: Name, limit: number) {
  const found: SectionRecords[Name][] = [];
  for (let after: Place | null = null; ; ) {
    const page: SectionPage<Name> = await transfer.read(section, after, limit);
    if (page.records.length === 0) return found;
    assert.ok(page.records.length <= limit, `${page.records.length} records of ${section}`);
    found.push(...page.records);
    after = page.place;
  }
}

/** Copies everything, in pages of `limit`. */
export async function copyAll(from: Store, to: Store, limit = 100): Promise<void> {
  await to.transfer.begin({ source: "the other one", mark: "m" });
  for (const section of SECTIONS) await copySection(from, to, section, limit);
  await to.transfer.finish();
}

/** Copies a section, on from where it is. */
export async function copySection(from: Store, to: Store, section: Section, limit: number): Promise<void> {
  for (let after = (await to.transfer.unfinished())!.places[section]; ; ) {
    const page = await from.transfer.read(section, after, limit);
    if (page.records.length === 0) return;
    const reached = await to.transfer.write(section, after, page);
    assert.equal(reached, page.place);
    after = reached;
  }
}

/** Two stores keep the same records; in which order is each one's own. */
export function assertSame(
  one: Record<Section, readonly unknown[]>,
  other: Record<Section, readonly unknown[]>,
): void {
  for (const section of SECTIONS)
    assert.deepEqual(sorted(one[section]), sorted(other[section]), `the section ${section}`);
}

function sorted(records: readonly unknown[]): readonly string[] {
  return records.map((record) => JSON.stringify(record)).sort();
}
