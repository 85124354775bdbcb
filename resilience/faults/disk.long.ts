import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { Served } from "../served.ts";
import { command, Injection, SmallDisk } from "./disk.ts";
import { ANSWER_MAX_MS, Ledger } from "./ledger.ts";
import { noMount, noTrace } from "./needs.ts";
import { complaints, end as endService, serveAccounts, until } from "./service.ts";

/** How long each fault lasts, in seconds. */
const FAULT_S = Number(process.env.FAULT_SECONDS ?? 4);
/** The issue says two seconds or so. Clients and the service share few cores. */
const NOTICED_MS = 3000;
/** Back within a few seconds after the cause is gone. */
const RECOVERED_MS = 6000;

console.log(`FAULT_SECONDS=${FAULT_S}`);

interface Scene {
  readonly disk: SmallDisk;
  readonly service: Served;
  readonly ledger: Ledger;
  /** The database file and its write-ahead log. */
  readonly files: readonly string[];
}

/** A service on a small disk, under load, with some hundred deposits behind it. */
async function scene(t: TestContext, mebibytes: number): Promise<Scene> {
  const disk = new SmallDisk(mebibytes);
  const service = await serveAccounts(disk.folder);
  const ledger = new Ledger(service.url);
  t.after(async () => {
    ledger.abandon();
    await endService(service);
    disk.remove();
  });
  ledger.start();
  await ledger.more(300);
  const files = ["app.db", "app.db-wal"].map((name) => join(disk.folder, name));
  return { disk, service, ledger, files };
}

interface Fault {
  readonly mebibytes?: number;
  begin(scene: Scene): Promise<void> | void;
  end(scene: Scene): Promise<void> | void;
  /** What readiness and the log say of it. */
  readonly words: RegExp;
  /** What clients are told. */
  readonly told?: RegExp;
  /** Most lines of the log until it is over: a fault may show itself in two ways. */
  readonly linesMax?: number;
}

/** Goes through a fault, from its beginning to the time after it, with all that is promised. */
async function suffer(t: TestContext, { mebibytes = 96, begin, end, words, ...rest }: Fault) {
  const now = await scene(t, mebibytes);
  const { service, ledger } = now;
  await begin(now);
  const noticed = await until(service.url, 503, NOTICED_MS);
  console.log(`${t.name}: noticed after ${noticed.ms} ms: ${noticed.reasons}`);
  await wait(FAULT_S * 1000);
  assert.match((await until(service.url, 503, 0)).reasons.join(), words, "it is still told");
  const faulty = { refusals: ledger.refusals, reads: new Map(ledger.reads) };
  await end(now);
  const recovered = await until(service.url, 200, RECOVERED_MS);
  console.log(`${t.name}: ready again after ${recovered.ms} ms, ${faulty.refusals} refused meanwhile`);
  await ledger.more(200);
  await ledger.stop();
  await ledger.audit();
  checkTold(service, ledger, words, rest);
  assert.equal(await service.stop(), 0);
  return { ...now, faulty };
}

function checkTold(
  service: Served,
  ledger: Ledger,
  words: RegExp,
  { told = words, linesMax = 1 }: Partial<Fault>,
) {
  for (const detail of ledger.refused.keys()) assert.match(detail, told);
  assert.ok(ledger.slowestMs < ANSWER_MAX_MS, `an answer took ${ledger.slowestMs} ms`);
  const lines = complaints(service);
  const errors = lines.filter(({ level }) => level === "error");
  assert.ok(errors.length >= 1 && errors.length <= linesMax, JSON.stringify(lines));
  for (const { message, error } of errors) assert.match(`${message} ${error}`, words);
  assert.match(lines.at(-1)!.message, /can be used again/);
  assert.equal(lines.length, errors.length + 1, JSON.stringify(lines));
}

function readsGoOn({ faulty }: { faulty: { reads: ReadonlyMap<number, number> } }): void {
  assert.deepEqual(
    [...faulty.reads.keys()].filter((status) => status !== 200 && status !== 404),
    [],
  );
  assert.ok(faulty.reads.get(200)! > 20, "they do");
}

describe("a disk", { timeout: 300_000 }, () => {
  test("that is full", { skip: noMount }, async (t) => {
    const after = await suffer(t, {
      begin: ({ disk }) => disk.fill(),
      end: ({ disk }) => disk.free(),
      words: /disk that the database file is on is full/,
    });
    assert.ok(after.faulty.refusals > 50);
    readsGoOn(after);
  });

  test("that is full of the write-ahead log alone is relieved of it, and nobody notices", {
    skip: noMount,
  }, async (t) => {
    const { service, ledger } = await scene(t, 16);
    await ledger.more(2500);
    await ledger.stop();
    await ledger.audit();
    assert.deepEqual([...ledger.refused], []);
    assert.deepEqual(complaints(service), []);
    assert.equal(await service.stop(), 0);
  });

  test("that can't be written", { skip: noTrace }, async (t) => {
    const after = await suffer(t, {
      ...injected("pwrite64,fdatasync,fsync:error=EIO"),
      words: /disk reports an error/,
    });
    assert.ok(after.faulty.refusals > 50);
    readsGoOn(after);
  });

  test("that can't be synced", { skip: noTrace }, async (t) => {
    const after = await suffer(t, {
      ...injected("fdatasync,fsync:error=EIO"),
      words: /disk reports an error/,
    });
    assert.ok(after.faulty.refusals > 50);
    readsGoOn(after);
  });

  test("that can't be read", { skip: noTrace }, async (t) => {
    await suffer(t, {
      ...injected("pread64:error=EIO"),
      words: /disk reports an error|is damaged/,
      linesMax: 2,
    });
  });

  test("that turns read-only", { skip: noTrace }, async (t) => {
    const after = await suffer(t, {
      ...injected("pwrite64,fdatasync,fsync:error=EROFS"),
      words: /disk reports an error|may not be written/,
      linesMax: 2,
    });
    readsGoOn(after);
  });
});

/** System calls on the database's files that fail. */
function injected(what: string): Pick<Fault, "begin" | "end"> {
  let injection: Injection | null = null;
  return {
    async begin({ service, files }) {
      injection = new Injection(service.pid, what, files);
      await injection.attached();
    },
    end: () => injection!.end(),
  };
}

describe("a database file", { timeout: 300_000 }, () => {
  test("that is made read-only", { skip: noMount }, async (t) => {
    const after = await suffer(t, {
      begin: ({ files }) => void command("chattr", "+i", ...files),
      end: ({ files }) => void command("chattr", "-i", ...files),
      words: /may not be written|disk reports an error/,
      linesMax: 2,
    });
    assert.ok(after.faulty.refusals > 50);
    readsGoOn(after);
  });

  test("that may not be written at the start is told of in words", { skip: noMount }, async (t) => {
    const { service, ledger, disk, files } = await scene(t, 96);
    await ledger.stop();
    assert.equal(await service.stop(), 0);
    command("chattr", "+i", files[0]!);
    try {
      const words = /cannot be opened: The database file may not be written/;
      await assert.rejects(serveAccounts(disk.folder), words);
    } finally {
      command("chattr", "-i", files[0]!);
    }
  });
});
