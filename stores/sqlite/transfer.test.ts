import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { memoryStore } from "@plinth/memory";
import {
  type Place,
  SECTIONS,
  type Section,
  type SectionPage,
  type SectionRecords,
  type Store,
} from "@plinth/ports";
import { copyingConformance } from "@plinth/testing/conformance";
import { sqliteStore } from "./index.ts";
import { clock, deposit, freshPath, opened } from "./samples.ts";

copyingConformance(
  async (options) => ({ store: memoryStore(options) }),
  async (options) => {
    const folder = mkdtempSync(join(tmpdir(), "plinth-sqlite-"));
    const store = await sqliteStore({ ...options, path: join(folder, "store.db") });
    return { store, remove: async () => rmSync(folder, { recursive: true }) };
  },
);

const ORIGIN = { source: "elsewhere", mark: "m" };

async function copySection(from: Store, to: Store, section: Section): Promise<void> {
  let after: Place | null = null;
  for (;;) {
    const page: SectionPage = await from.transfer.read(section, after, 1000);
    if (page.records.length === 0) return;
    after = await to.transfer.write(section, after, page);
  }
}

function schemaOf(path: string): unknown[] {
  const file = new DatabaseSync(path, { readOnly: true });
  const schema = file.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all();
  file.close();
  return schema.map((row) => ({ ...row }));
}

/** Up to which answer the index is made, or being made. */
function mergedIn(path: string): number {
  const file = new DatabaseSync(path, { readOnly: true });
  const found = file.prepare("SELECT partly FROM answers_merged").get();
  file.close();
  return Number(found?.partly);
}

test("a finished copy is a file like any other, and answers are found and forgotten in it", async (t) => {
  const [from, to] = [freshPath(t), freshPath(t)];
  const source = await opened(t, { path: from });
  const command = (id: string) => ({ id, fingerprint: "f", refusal: null });
  const batch = Array.from({ length: 6000 }, (_, at) =>
    deposit(`a${at % 70}`, Math.floor(at / 70), {
      command: command(`c${at}`),
      at: new Date(1_893_456_000_000 + at).toISOString(),
    }),
  );
  await source.log.append(batch);
  const copy = await opened(t, { path: to, copying: true });
  await copy.transfer.begin(ORIGIN);
  for (const section of SECTIONS) await copySection(source, copy, section);
  await copy.transfer.finish();
  assert.deepEqual(schemaOf(to), schemaOf(from));
  assert.ok(mergedIn(to) >= 4096, "what answers are found by does not pile up in memory");
  for (const id of ["c0", "c2999", "c5999"])
    assert.deepEqual(await copy.log.answer(id), await source.log.answer(id));
  const [outcome] = await copy.log.append([deposit("a1", 0, { command: command("c17") })]);
  assert.equal(outcome?.kind, "duplicate");
  assert.equal(await copy.log.forget(new Date(1_893_456_000_000 + 4000).toISOString(), 10_000), 4000);
  const stream = { tenant: "main", entity: "account", id: "a3" };
  assert.deepEqual(await copy.log.readStream(stream, 10, 20), await source.log.readStream(stream, 10, 20));
});

test("answers that come in any order are found, and forgotten by their times", async (t) => {
  const source = await opened(t);
  const at = (n: number) => new Date(1_893_456_000_000 + n).toISOString();
  const batch = Array.from({ length: 3000 }, (_, n) =>
    deposit("a", n, { command: { id: `c${n}`, fingerprint: `f${n}`, refusal: null }, at: at(n) }),
  );
  await source.log.append(batch);
  const copy = await opened(t, { copying: true });
  await copy.transfer.begin(ORIGIN);
  await copySection(source, copy, "events");
  const { records, place } = await source.transfer.read("answers", null, 3000);
  await copy.transfer.write("answers", null, { records: records.toSorted(byHalves), place });
  await copy.transfer.finish();
  for (const id of ["c0", "c1499", "c1500", "c2999"])
    assert.deepEqual(await copy.log.answer(id), await source.log.answer(id));
  for (const count of [700, 1200, 1100]) {
    const before = at(3000 - (await copy.transfer.counts()).answers + count);
    assert.equal(await copy.log.forget(before, 10_000), count);
  }
  const [outcome] = await copy.log.append([deposit("a", 3000, { command: batch[5]!.command })]);
  assert.equal(outcome?.kind, "accepted", "what is forgotten is new again");
});

/** The younger half first, as where old space was written again. */
function byHalves(
  [, , , , one]: SectionRecords["answers"],
  [, , , , other]: SectionRecords["answers"],
): number {
  return ((one + 1500) % 3000) - ((other + 1500) % 3000);
}

test("who has a file open already takes nothing once it is to become a copy", async (t) => {
  const path = freshPath(t);
  const served = await opened(t, { path });
  const copy = await opened(t, { path, copying: true });
  await copy.transfer.begin(ORIGIN);
  await assert.rejects(served.log.append([deposit("a", 0)]), /unfinished copy of elsewhere/);
  await assert.rejects(sqliteStore({ path, clock }), /unfinished copy of elsewhere/);
  await copy.transfer.finish();
  const [outcome] = await served.log.append([deposit("a", 0)]);
  assert.equal(outcome?.kind, "accepted");
});

test("events of a stream that are not in order are refused, and nothing of their page is kept", async (t) => {
  const source = await opened(t);
  await source.log.append([deposit("a", 0), deposit("a", 1), deposit("a", 2)]);
  const copy = await opened(t, { copying: true });
  await copy.transfer.begin(ORIGIN);
  const { records, place } = await source.transfer.read("events", null, 10);
  const holed = { records: [records[0]!, records[2]!], place };
  await assert.rejects(copy.transfer.write("events", null, holed), /Version 3 of "a" .* after 1/);
  assert.deepEqual((await copy.transfer.read("events", null, 10)).records, []);
  assert.equal(await copy.transfer.write("events", null, { records, place }), place);
});
