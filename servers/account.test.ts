import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { canReach, folderFor } from "./account.ts";

const STRANGER = { uid: 4_000_000, gid: 4_000_000 };

test("a path is in reach where every folder above it is open", (t) => {
  const outer = temporary(t);
  const inner = join(outer, "inner");
  mkdirSync(inner);
  chmodSync(inner, 0o755);
  assert.equal(canReach(STRANGER, inner), false);
  assert.equal(canReach(null, inner), true);
  chmodSync(outer, 0o755);
  assert.equal(canReach(STRANGER, inner), true);
  chmodSync(inner, 0o754);
  assert.equal(canReach(STRANGER, inner), false);
});

test("an owner and a group have bits of their own", (t) => {
  const folder = temporary(t);
  const [uid, gid] = [process.getuid!(), process.getgid!()];
  assert.equal(canReach({ uid, gid: STRANGER.gid }, folder), true);
  chmodSync(folder, 0o050);
  assert.equal(canReach({ uid, gid }, folder), false);
  assert.equal(canReach({ uid: STRANGER.uid, gid }, folder), true);
});

test("a folder that is closed to a server is refused before it starts", (t) => {
  assert.throws(() => folderFor(STRANGER, "server-", temporary(t)), /is closed to who servers run as/);
});

/** Of this process alone. */
function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "plinth-account-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}
