import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Injection, SmallDisk } from "./disk.ts";
import { Ledger } from "./ledger.ts";
import { noTrace } from "./needs.ts";
import { complaints, end, serveAccounts } from "./service.ts";

/** How many bytes a traced process has written in order, from the first of the file on, before it synced them. */
function rewritten(trace: string): number {
  let end = 0;
  for (const line of trace.split("\n")) {
    if (/ f(data)?sync\(/.test(line)) return end;
    const [, from, length] = line.match(/ pwrite64\(.*, (\d+)\) = (\d+)$/) ?? [];
    if (Number(from) === end) end += Number(length);
  }
  return 0;
}

/** A service that starts on what was left writes again what the disk may not have. */
async function checkRewritten(folder: string): Promise<void> {
  const [wal, trace] = [join(folder, "app.db-wal"), join(folder, "trace")];
  const { size } = statSync(wal);
  const service = await serveAccounts(
    folder,
    `strace -f -qq -o ${trace} -e trace=pwrite64,fdatasync,fsync -P ${wal}`,
  );
  await service.kill();
  assert.equal(rewritten(readFileSync(trace, "utf8")), size);
}

test("a commit whose sync has failed has one effect, whether it survives or not", {
  skip: noTrace,
}, async (t) => {
  const disk = new SmallDisk(96);
  let service = await serveAccounts(disk.folder);
  const ledger = new Ledger(service.url);
  t.after(async () => {
    ledger.abandon();
    await end(service);
    disk.remove();
  });
  const wal = join(disk.folder, "app.db-wal");
  ledger.start();
  for (let round = 0; round < 3; round++) {
    await ledger.more(100);
    const injection = new Injection(service.pid, "fdatasync,fsync:error=EIO", [
      join(disk.folder, "app.db"),
      wal,
    ]);
    await injection.attached();
    const refusals = ledger.refusals;
    while (ledger.refusals < refusals + 8) await wait(10);
    // Its frames are in the log, whole, and nothing has ever been told of them but that they failed.
    await service.kill();
    await injection.ended;
    await checkRewritten(disk.folder);
    service = await serveAccounts(disk.folder);
    ledger.moved(service.url);
  }
  await ledger.more(100);
  await ledger.stop();
  await ledger.audit();
  assert.deepEqual(complaints(service), []);
});
