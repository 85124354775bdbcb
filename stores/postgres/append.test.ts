import assert from "node:assert/strict";
import { describe, it } from "node:test";
import pg from "pg";
import { noPostgres } from "../../servers/postgres.ts";
import { batchOf } from "./batch.ts";
import { commitOf, databaseOf, opened, schemaOf } from "./samples.fixture.ts";

const APPEND = (schema: string) =>
  `SELECT verdicts FROM ${schema}.append(${Array.from({ length: 23 }, (_, at) => `$${at + 1}`).join(", ")})`;

/** Appends one commit in a transaction of a session that was set up by these statements; resolves to what `look` finds then. */
async function appended(url: string, setUp: readonly string[], look: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: databaseOf(url) });
  await client.connect();
  try {
    for (const statement of setUp) await client.query(statement);
    await client.query(APPEND(schemaOf(url)), batchOf([commitOf("anna", 0, 1)]) as unknown[]);
    const { rows } = await client.query({ text: look, rowMode: "array" });
    await client.query("COMMIT");
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

describe("an append", { skip: noPostgres("bundled") }, () => {
  it("waits for the disk, whatever its session was told", async (t) => {
    const { url } = await opened(t);
    const found = await appended(url, ["SET synchronous_commit TO off", "BEGIN"], "SHOW synchronous_commit");
    assert.equal(found, "on");
  });

  it("leaves alone a session that waits for more than the disk", async (t) => {
    const { url } = await opened(t);
    const setUp = ["SET synchronous_commit TO remote_apply", "BEGIN"];
    assert.equal(await appended(url, setUp, "SHOW synchronous_commit"), "remote_apply");
  });

  it("refuses a transaction that would judge by what was there before it waited", async (t) => {
    const { store, url } = await opened(t);
    for (const level of ["REPEATABLE READ", "SERIALIZABLE"])
      await assert.rejects(
        appended(url, [`BEGIN ISOLATION LEVEL ${level}`], "SELECT 1"),
        /must be read committed/,
      );
    assert.equal(await store.log.head(), 0);
  });
});
