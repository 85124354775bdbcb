import assert from "node:assert/strict";
import { it } from "node:test";
import { passages } from "./trace.ts";

const WRITE = (id: string) => `12 pwrite64(22</tmp/app.db-wal>, "\\r..${id}..", 4096, 56) = 4096`;
const SYNC = "12 fdatasync(22</tmp/app.db-wal>) = 0";
const ANSWER = (id: string) =>
  `11 writev(30<socket:[77]>, [{"HTTP/1.1 201 Created..{\\"id\\":\\"${id}\\""}]) = 99`;

const passed = (...lines: string[]) => passages(lines.join("\n"), ["a1"]).get("a1");

it("an answer that leaves after the sync of what it tells is synced", () => {
  assert.equal(passed(WRITE("a1"), SYNC, ANSWER("a1")), "synced");
  assert.equal(passed(WRITE("b2"), SYNC, ANSWER("b2"), WRITE("a1"), SYNC, ANSWER("a1")), "synced");
});

it("an answer without a sync, with an earlier or a later one, or with that of another file is not", () => {
  const early = "answered before it was synced";
  assert.equal(passed(WRITE("a1"), ANSWER("a1")), early);
  assert.equal(passed(SYNC, WRITE("a1"), ANSWER("a1"), SYNC), early);
  assert.equal(passed(WRITE("a1"), SYNC.replace("-wal", ""), ANSWER("a1")), early);
});

it("a sync counts from its beginning to its end", () => {
  const begun = SYNC.replace(" = 0", " <unfinished ...>").replace(")", "");
  const ended = "12 <... fdatasync resumed>) = 0";
  const early = "answered before it was synced";
  assert.equal(passed(WRITE("a1"), begun, ANSWER("a1"), ended), early);
  assert.equal(passed(WRITE("a1"), begun, ended, ANSWER("a1")), "synced");
  const write = WRITE("a1").replace(" = 4096", " <unfinished ...>");
  assert.equal(passed(write, SYNC, "12 <... pwrite64 resumed>) = 4096", ANSWER("a1")), early);
});

it("what is not there is told", () => {
  assert.equal(passed(SYNC), "not written");
  assert.equal(passed(WRITE("a1"), SYNC), "not answered");
});
