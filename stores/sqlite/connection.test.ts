import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { PlinthError } from "@plinth/ports";
import { Connection, Database } from "./connection.ts";

/** A connection to nothing in particular that counts how often it is opened. */
function counted() {
  let opened = 0;
  const connection = new Connection(() => {
    opened++;
    return new Database(new DatabaseSync(":memory:"));
  });
  const fail = (errcode: number) =>
    connection.use(() => {
      throw Object.assign(new Error("as SQLite says it"), { errcode });
    });
  return { connection, fail, opened: () => opened };
}

const IOERR_FSYNC = 1034;
const BUSY_SNAPSHOT = 517;
const CONSTRAINT_UNIQUE = 2067;

test("a connection that the disk has failed is opened anew, one that was only locked out is kept", (t) => {
  const { connection, fail, opened } = counted();
  t.after(() => connection.close());
  const unavailable = ({ code }: PlinthError) => code === "unavailable";
  assert.throws(() => fail(BUSY_SNAPSHOT), unavailable);
  connection.use(() => {});
  assert.equal(opened(), 1);
  assert.throws(() => fail(IOERR_FSYNC), unavailable);
  connection.use(() => {});
  assert.equal(opened(), 2);
});

test("a failure that is not the file's is internal, and says what it was", (t) => {
  const { connection, fail, opened } = counted();
  t.after(() => connection.close());
  assert.throws(() => fail(CONSTRAINT_UNIQUE), { code: "internal", message: /as SQLite says it/ });
  connection.use(() => {});
  assert.equal(opened(), 1);
});

test("what was read at once leaves no transaction behind, also where it fails", (t) => {
  const { connection } = counted();
  t.after(() => connection.close());
  connection.use((database) => {
    assert.throws(() => database.atOnce(() => database.first("SELECT * FROM missing")), /no such table/);
    assert.equal(database.inTransaction, false);
    assert.equal(
      database.atOnce(() => database.inTransaction),
      true,
    );
  });
});
