import assert from "node:assert/strict";
import { it } from "node:test";
import { check } from "./checker.ts";
import type { Operation } from "./operation.ts";

/** What the log says that the account holds: 10 more with each version. */
const BALANCES = [10, 20, 30, 40];

function operation(changes: Partial<Operation> & Pick<Operation, "kind" | "began">): Operation {
  const { version = null } = changes;
  return {
    session: 1,
    key: null,
    account: "a",
    ended: changes.began + 5,
    atLeast: 0,
    version,
    position: null,
    inRow: changes.kind === "command",
    balance: version ? BALANCES[version - 1]! : null,
    ...changes,
  };
}

/** A deposit; position 100 is that of version 1. */
function deposit(version: number, began: number, changes: Partial<Operation> = {}): Operation {
  const position = 99 + version;
  return operation({ kind: "command", key: `key ${version}`, version, position, began, ...changes });
}

const read = (version: number, began: number, changes: Partial<Operation> = {}) =>
  operation({ kind: "read", version, began, ...changes });

const row = (position: number | null, atLeast: number, began: number, changes: Partial<Operation> = {}) =>
  operation({ kind: "row", position, atLeast, began, balance: 0, ...changes });

const refusal = (balance: number, began: number) => operation({ kind: "refusal", key: "no", balance, began });

const found = (...operations: Operation[]) =>
  check(operations, () => BALANCES).map(({ promise, what }) => `${promise}: ${what}`);

/** What is in order: operations that overlap may be told of either, and rows may be late where nobody asks. */
it("what one node would have told is in order", () => {
  assert.deepEqual(
    found(
      read(0, 0, { balance: null }),
      deposit(1, 10),
      deposit(2, 20, { ended: 60 }),
      read(1, 30, { session: 2 }),
      read(2, 40, { session: 3 }),
      deposit(3, 70),
      deposit(4, 71, { session: 2, ended: 90 }),
      refusal(30, 74),
      deposit(1, 95, { session: 5 }),
      row(null, 0, 100),
      row(101, 101, 110),
      row(100, 0, 110, { session: 2 }),
      row(103, 103, 120),
    ),
    [],
  );
});

it("a stale read is found", () => {
  const [fault, ...more] = found(deposit(1, 0), deposit(2, 10), read(1, 20, { session: 2 }));
  assert.match(fault!, /^linear: read of a by client 2 .* was asked for after command of a .*version 2/);
  assert.deepEqual(more, []);
});

it("a read that goes back is found, whoever read before", () => {
  const [fault] = found(
    deposit(1, 0),
    deposit(2, 10, { ended: 99 }),
    read(2, 20),
    read(1, 30, { session: 2 }),
  );
  assert.match(fault!, /^linear: read of a by client 2 .* was asked for after read of a by client 1/);
});

it("a lost update is found: two commands made the same version", () => {
  const faults = found(
    deposit(1, 0),
    deposit(2, 10, { ended: 30 }),
    deposit(2, 12, { key: "other", position: 150 }),
  );
  assert.equal(faults.length, 1);
  assert.match(faults[0]!, /^linear: command of a .*other, version 2.* has the version of command of a/);
});

it("a command that was decided on what was no longer so is found", () => {
  const faults = found(deposit(3, 0), deposit(2, 10, { position: 150 }));
  assert.match(
    faults[0]!,
    /^linear: .*version 2.* was asked for after .*version 3.*: its version is no later/,
  );
});

it("a command that took effect twice is found", () => {
  const faults = found(deposit(1, 0), deposit(2, 10, { key: "key 1" }));
  assert.equal(faults.length, 1);
  assert.match(faults[0]!, /^once: command of a .*key 1, version 2.* was command of a .*key 1, version 1/);
});

it("an acceptance that was a refusal before is found", () => {
  const faults = found(refusal(0, 0), deposit(1, 10, { key: "no" }));
  assert.match(faults[0]!, /^once: /);
});

it("a position that was told of two commands is found", () => {
  const faults = found(deposit(1, 0, { ended: 30 }), deposit(1, 1, { account: "b", key: "b" }));
  assert.equal(faults.length, 1);
  assert.match(faults[0]!, /^linear: .* has the position of /);
});

it("a position before one that was told already is found", () => {
  const faults = found(deposit(2, 0, { account: "b" }), deposit(1, 10));
  assert.equal(faults.length, 1);
  assert.match(
    faults[0]!,
    /^linear: command of a .*position 100.* was asked for after command of b .*position 101/,
  );
});

it("a row that has not reached what was asked for is found", () => {
  const faults = found(deposit(1, 0), deposit(2, 10), row(100, 101, 20));
  assert.deepEqual(faults.length, 1);
  assert.match(faults[0]!, /^reads: row of a .* had to have reached 101, and so 101/);
  assert.match(found(deposit(1, 0), row(null, 150, 20))[0]!, /had to have reached 150, and so 100/);
  assert.deepEqual(found(deposit(1, 0), deposit(2, 10, { inRow: false }), row(100, 101, 20)), []);
});

it("a row that goes back is found, also where nobody asked for a position", () => {
  const faults = found(row(101, 0, 0), row(100, 0, 10));
  assert.equal(faults.length, 1);
  assert.match(faults[0]!, /^reads: row of a .*position 100.* came after row of a .*position 101/);
  assert.deepEqual(found(row(101, 0, 0), row(100, 0, 10, { session: 2 })), []);
});

it("a balance that is not that of the version is found", () => {
  assert.match(
    found(read(2, 0, { balance: 25 }))[0]!,
    /^balances: read of a .*balance 25\); the log says 20/,
  );
});

it("a refusal for what the account no longer held, or not yet, is found", () => {
  const before = [deposit(1, 0), deposit(2, 10)];
  const after = deposit(3, 40);
  assert.deepEqual(found(...before, refusal(20, 20), after), []);
  for (const balance of [10, 30])
    assert.match(
      found(...before, refusal(balance, 20), after)[0]!,
      /^linear: refusal .*: it held 20 at versions 2 to 2/,
    );
});
