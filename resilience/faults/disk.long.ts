import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { command, Injection, SmallDisk } from "./disk.ts";
import { noMount, noTrace } from "./needs.ts";
import { complaints, serveAccounts } from "./service.ts";
import { FAULT_S, type Fault, readsGoOn, scene, suffer } from "./suffer.ts";

console.log(`FAULT_SECONDS=${FAULT_S}`);

/** Room enough that the write-ahead log need not be kept short. */
const DISK_MIB = 96;

describe("a disk", { timeout: 300_000 }, () => {
  test("that is full", { skip: noMount }, async (t) => {
    const after = await suffer(t, new SmallDisk(DISK_MIB), {
      begin: ({ place }) => place.fill(),
      end: ({ place }) => place.free(),
      words: /disk that the database file is on is full/,
    });
    assert.ok(after.faulty.refusals > 50);
    readsGoOn(after);
  });

  test("that is full of the write-ahead log alone is relieved of it, and nobody notices", {
    skip: noMount,
  }, async (t) => {
    const { service, ledger } = await scene(t, new SmallDisk(16));
    await ledger.more(2500);
    await ledger.stop();
    await ledger.audit();
    assert.deepEqual([...ledger.refused], []);
    assert.deepEqual(complaints(service), []);
    assert.equal(await service.stop(), 0);
  });

  test("that can't be written", { skip: noTrace }, async (t) => {
    const after = await suffer(t, new SmallDisk(DISK_MIB), {
      ...injected("pwrite64,fdatasync,fsync:error=EIO"),
      words: /disk reports an error/,
    });
    assert.ok(after.faulty.refusals > 50);
    readsGoOn(after);
  });

  test("that can't be synced", { skip: noTrace }, async (t) => {
    const after = await suffer(t, new SmallDisk(DISK_MIB), {
      ...injected("fdatasync,fsync:error=EIO"),
      words: /disk reports an error/,
    });
    assert.ok(after.faulty.refusals > 50);
    readsGoOn(after);
  });

  test("that can't be read", { skip: noTrace }, async (t) => {
    await suffer(t, new SmallDisk(DISK_MIB), {
      ...injected("pread64:error=EIO"),
      words: /disk reports an error|is damaged/,
      linesMax: 2,
    });
  });

  test("that turns read-only", { skip: noTrace }, async (t) => {
    const after = await suffer(t, new SmallDisk(DISK_MIB), {
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
    const after = await suffer(t, new SmallDisk(DISK_MIB), {
      begin: ({ files }) => void command("chattr", "+i", ...files),
      end: ({ files }) => void command("chattr", "-i", ...files),
      words: /may not be written|disk reports an error/,
      linesMax: 2,
    });
    assert.ok(after.faulty.refusals > 50);
    readsGoOn(after);
  });

  test("that may not be written at the start is told of in words", { skip: noMount }, async (t) => {
    const { service, ledger, place, files } = await scene(t, new SmallDisk(DISK_MIB));
    await ledger.stop();
    assert.equal(await service.stop(), 0);
    command("chattr", "+i", files[0]!);
    try {
      const words = /cannot be opened: The database file may not be written/;
      await assert.rejects(serveAccounts(place.folder), words);
    } finally {
      command("chattr", "-i", files[0]!);
    }
  });
});
