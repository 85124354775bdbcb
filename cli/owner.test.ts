import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { test } from "node:test";
import { processOwner } from "./owner.ts";

const own = processOwner("me");

function named(pid: number, id = "other"): string {
  return own.name.replace(`/${process.pid}/me`, `/${pid}/${id}`);
}

test("a process that has ended here is gone", () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  assert.equal(own.isGone(named(pid)), true);
});

test("a process that lives is not gone", () => {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);
  try {
    assert.equal(own.isGone(named(child.pid!)), false);
  } finally {
    child.kill();
  }
});

test("whoever had this process's number before is gone, but not this process", () => {
  assert.equal(own.isGone(named(process.pid)), true);
  assert.equal(own.isGone(own.name), false);
});

test("nothing is said about owners elsewhere", () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  assert.equal(own.isGone(`elsewhere/${pid}/other`), false);
  assert.equal(own.isGone("01b8dac5-b400-7000-a000-87fbf7479cb8"), false);
});
