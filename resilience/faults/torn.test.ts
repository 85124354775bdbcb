import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Ledger } from "./ledger.ts";
import { complaints, end, serveAccounts } from "./service.ts";
import { lastAppend, type Written } from "./wal.fixture.ts";

const DEPOSITS = 25;

/** What a crash may leave of the bytes that were on their way to the disk. */
const TEARS: Readonly<Record<string, (log: Buffer, last: Written) => Buffer>> = {
  "ends in the midst of its last page": (log, { to }) => log.subarray(0, to - 2000),
  "has another page than the one written": (log, { from, to }) =>
    Buffer.from(log).fill("torn", from + 24, Math.min(to, from + 1024)),
  "is nothing but room": (log, { from, to }) => Buffer.from(log).fill(0, from, to),
};

/** A service that has died with some deposits acknowledged, the last of them in a transaction of its own. */
async function died(t: TestContext): Promise<{ folder: string; ledger: Ledger }> {
  const folder = mkdtempSync(join(tmpdir(), "plinth-torn-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const service = await serveAccounts(folder);
  const ledger = new Ledger(service.url);
  for (let count = 0; count < DEPOSITS; count++) {
    const key = `deposit-${count}`;
    ledger.acknowledged.set(key, (await ledger.deposit(key))!.position);
  }
  await service.kill();
  return { folder, ledger };
}

test("a last write that is torn is gone whole, and all before it is there", {
  timeout: 120_000,
}, async (t) => {
  const { folder, ledger } = await died(t);
  const { log, last } = lastAppend(join(folder, "app.db"));
  for (const [how, tear] of Object.entries(TEARS))
    await t.test(`where it ${how}`, async (t) => {
      const torn = join(folder, how.replaceAll(" ", "-"));
      mkdirSync(torn);
      copyFileSync(join(folder, "app.db"), join(torn, "app.db"));
      writeFileSync(join(torn, "app.db-wal"), tear(log, last));
      const service = await serveAccounts(torn);
      t.after(() => end(service));
      ledger.moved(service.url);
      await checkAllBut(service.url, ledger);
      assert.deepEqual(complaints(service), []);
    });
});

/** The torn deposit was never acknowledged: repeated, it takes effect, once, at the position that nobody has. */
async function checkAllBut(url: string, ledger: Ledger): Promise<void> {
  const lastKey = `deposit-${DEPOSITS - 1}`;
  const account = (DEPOSITS - 1) % 20;
  const before = (await (await fetch(`${url}/accounts/${account}`)).json()) as { state: { balance: number } };
  assert.equal(
    before.state.balance,
    1,
    "of the two deposits into this account the first is there, the last is not",
  );
  assert.equal((await ledger.deposit(lastKey))?.position, ledger.acknowledged.get(lastKey));
  for (const [key, position] of ledger.acknowledged)
    assert.equal((await ledger.deposit(key))?.position, position, `${key} gets its first answer`);
  await ledger.audit();
}
