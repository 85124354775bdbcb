import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { actor } from "@plinth/model";
import { silent } from "@plinth/ports";
import { EXIT } from "./failure.ts";
import notes from "./notes.fixture.ts";
import { run } from "./run.ts";
import { plinth, temporaryFolder } from "./shell.fixture.ts";

const MAIN = fileURLToPath(new URL("notes.fixture.ts", import.meta.url));
/** Runs the service by itself, were it not for `rebuild`, which only wants to know what it would run. */
const PROGRAM = fileURLToPath(new URL("program.fixture.ts", import.meta.url));

/** A folder with a store in which amounts were added to notes, by `[note, amount]`, and a service that runs on it. */
async function served(t: TestContext, amounts: readonly (readonly [string, number])[]) {
  const folder = temporaryFolder(t);
  const store = `sqlite:${join(folder, "data/app.db")}`;
  const running = await run(notes, { store, port: 0, signals: false, logger: silent });
  t.after(() => running.stop());
  const caller = { actor: actor("ann"), trace: null, deadlineMs: 5000 };
  for (const [id, amount] of amounts)
    await running.operations.run({
      caller,
      entity: "note",
      command: "add",
      id,
      input: { amount },
      idempotencyKey: null,
      expectedVersion: null,
    });
  const rows = async () => {
    const query = {
      caller,
      atLeast: amounts.length,
      view: "totals",
      filters: [],
      sort: [],
      cursor: null,
      limit: 50,
    };
    return (await running.operations.rows(query)).items.map((row) => JSON.parse(row));
  };
  return { folder, running, rows };
}

const parkedIn = async (folder: string) => {
  const { out } = await plinth(folder, ["park", "list", "--json"]);
  return out
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
};

const placesIn = async (folder: string) =>
  (await parkedIn(folder)).map(({ position, status }) => `${position} ${status}`);

/** Until a worker has come so far. */
async function until(what: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail("It did not come to pass within 5 seconds.");
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

describe("plinth park", () => {
  it("lists what failed and what waits behind it, and shows one with its error and data", async (t) => {
    const { folder } = await served(t, [
      ["a", 1],
      ["a", -2],
      ["a", 3],
      ["b", -4],
    ]);
    await until(async () => same(await placesIn(folder), ["2 parked", "3 behind", "4 parked"]));
    const list = await plinth(folder, ["park", "list", "--reactor", "picky"]);
    assert.match(list.out, /^SUBSCRIPTION +POSITION +STATUS .*\nreactor:picky +2 +parked .*negative: -2\n/);
    const behind = await plinth(folder, ["park", "list", "--status", "behind"]);
    assert.equal(behind.out.split("\n").length, 3);
    const first = await plinth(folder, ["park", "list", "--limit", "1"]);
    assert.match(first.err, /There are more: see them with --limit/);
    const show = await plinth(folder, ["park", "show", "picky", "2"]);
    assert.match(show.out, /event +note\.added, at .*, by ann\n/);
    assert.match(show.out, /Error:\n.*negative: -2[\s\S]*Data:\n {2}\{\n {4}"amount": -2\n {2}\}/);
    const json = await plinth(folder, ["park", "show", "picky", "2", "--json"]);
    assert.deepEqual(JSON.parse(json.out).event.data, { amount: -2 });
    const nothing = await plinth(folder, ["park", "show", "picky", "1"]);
    assert.deepEqual([nothing.code, nothing.out], [EXIT.failed, ""]);
  });

  it("replays with other data, which must be that of the event, and lets go what waits behind", async (t) => {
    const { folder } = await served(t, [
      ["a", -2],
      ["a", 3],
    ]);
    await until(async () => same(await placesIn(folder), ["1 parked", "2 behind"]));
    const replay = (...words: string[]) => plinth(folder, ["park", "replay", "picky", ...words]);
    const behind = await replay("2");
    assert.deepEqual(
      [behind.code, behind.err.includes("waits behind an earlier event")],
      [EXIT.failed, true],
    );
    const wrong = await replay("1", "--main", MAIN, "--data", '{"amount":"x","extra":1}');
    assert.equal(wrong.code, EXIT.usage);
    assert.match(wrong.err, /^The data is not that of note\.added:\n {2}amount: .*\n {2}\(all\): .*"extra"/);
    assert.deepEqual(await placesIn(folder), ["1 parked", "2 behind"]);
    const right = await replay("1", "--main", MAIN, "--data", '{"amount":2}');
    assert.equal(right.code, EXIT.ok);
    await until(async () => (await placesIn(folder)).length === 0);
  });

  it("replays all of a reactor; what fails again is parked again", async (t) => {
    const { folder } = await served(t, [
      ["a", -1],
      ["b", -2],
    ]);
    await until(async () => same(await placesIn(folder), ["1 parked", "2 parked"]));
    const { code, out } = await plinth(folder, ["park", "replay", "picky", "--all"]);
    assert.equal(code, EXIT.ok);
    assert.match(out, /at position 1 is to be tried again\.\n.*at position 2 is to be tried again\.\n$/);
    await until(async () =>
      (await parkedIn(folder)).every((one) => one.attempts === 2 && one.status === "parked"),
    );
  });

  it("discards with a reason that is kept", async (t) => {
    const { folder } = await served(t, [["a", -1]]);
    await until(async () => same(await placesIn(folder), ["1 parked"]));
    const words = ["park", "discard", "picky", "1", "--reason", "made by hand", "--by", "ben"];
    assert.equal((await plinth(folder, words)).code, EXIT.ok);
    assert.equal((await plinth(folder, words)).code, EXIT.failed);
    assert.match((await plinth(folder, ["park", "list"])).err, /^Nothing is parked\./);
    const { out } = await plinth(folder, ["park", "list", "--discarded", "--json"]);
    const { reason, by, position } = JSON.parse(out);
    assert.deepEqual({ reason, by, position }, { reason: "made by hand", by: "ben", position: 1 });
  });
});

describe("plinth rebuild", () => {
  const TOTALS = [
    { note: "a", total: 3 },
    { note: "b", total: 5 },
  ];
  const AMOUNTS = [
    ["a", 1],
    ["a", 2],
    ["b", 5],
  ] as const;

  it("builds a view anew while the service runs, and switches back", async (t) => {
    const { folder, rows } = await served(t, AMOUNTS);
    assert.deepEqual(await rows(), TOTALS);
    const rebuilt = await plinth(folder, ["rebuild", "totals", MAIN]);
    assert.deepEqual(
      [rebuilt.code, rebuilt.out],
      [EXIT.ok, "totals is rebuilt, and read from the new build.\n  rows: 2 same\n"],
    );
    assert.match(rebuilt.err, /Rebuilding totals: 100%\n$/);
    assert.deepEqual(await rows(), TOTALS);
    const back = await plinth(folder, ["rebuild", "totals", MAIN, "--back"]);
    assert.deepEqual([back.code, back.out], [EXIT.ok, "totals is read from the build before.\n"]);
    assert.deepEqual(await rows(), TOTALS);
  });

  it("builds a view anew while nothing runs, and leaves reactors alone", async (t) => {
    const { folder, running } = await served(t, [...AMOUNTS, ["c", -1]]);
    await until(async () => same(await placesIn(folder), ["4 parked"]));
    await running.stop();
    await plinth(folder, ["park", "replay", "picky", "4"]);
    const { code, out } = await plinth(folder, ["rebuild", "totals", PROGRAM, "--json"]);
    assert.equal(code, EXIT.ok);
    assert.equal(JSON.parse(out).same, 3);
    assert.deepEqual(await placesIn(folder), ["4 replay"]);
  });

  it("takes the store that the program brings, or names", async (t) => {
    const { folder } = await served(t, AMOUNTS);
    const path = join(folder, "data/app.db");
    const from = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
    const head = `import notes from ${from("notes.fixture.ts")};\nimport { run, sqliteStore, systemClock } from ${from("index.ts")};\n`;
    const stores = [
      JSON.stringify(`sqlite:${path}`),
      `await sqliteStore({ path: ${JSON.stringify(path)}, clock: systemClock })`,
    ];
    for (const [index, store] of stores.entries()) {
      const main = join(folder, `main${index}.ts`);
      writeFileSync(main, `${head}await run(notes, { store: ${store} });`);
      const { code, out } = await plinth(tmpdir(), ["rebuild", "totals", main, "--json"]);
      assert.equal(code, EXIT.ok);
      assert.equal(JSON.parse(out).same, 2);
    }
  });

  it("names the views that there are", async (t) => {
    const { folder } = await served(t, []);
    const { code, err } = await plinth(folder, ["rebuild", "total", MAIN]);
    assert.equal(code, EXIT.failed);
    assert.equal(err, 'The service "notes" has no view "total". Did you mean totals? It has totals.\n');
  });
});

describe("plinth backup", () => {
  it("copies a store in use; the copy is a store of its own, and is never overwritten", async (t) => {
    const { folder } = await served(t, [["a", -1]]);
    await until(async () => same(await placesIn(folder), ["1 parked"]));
    const copied = await plinth(folder, ["backup", "copy.db"]);
    assert.deepEqual([copied.code, copied.out], [EXIT.ok, `The copy is ${join(folder, "copy.db")}.\n`]);
    await plinth(folder, ["park", "discard", "picky", "1", "--reason", "later than the copy"]);
    const { out } = await plinth(folder, ["park", "list", "--store", "sqlite:copy.db"]);
    assert.match(out, /reactor:picky +1 +parked/);
    const again = await plinth(folder, ["backup", "copy.db"]);
    assert.deepEqual([again.code, again.out], [EXIT.failed, ""]);
    const nowhere = await plinth(folder, ["backup", "no/such/copy.db"]);
    assert.equal(nowhere.code, EXIT.failed);
    assert.match(nowhere.err, /^No copy was made at .*no\/such\/copy\.db: /);
    assert.equal(existsSync(join(folder, "no")), false);
  });
});
