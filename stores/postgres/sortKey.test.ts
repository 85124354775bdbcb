import assert from "node:assert/strict";
import { test } from "node:test";
import type { FieldValue } from "@plinth/ports";
import { type SeededRandom, seededRandom } from "@plinth/testing";
import { noPostgres } from "../../servers/postgres.ts";
import { opened, query } from "./samples.fixture.ts";
import { isLong, sortKey } from "./sortKey.ts";

const skip = noPostgres("bundled");

const SAMPLES: readonly FieldValue[] = [
  ...[
    null,
    true,
    false,
    0,
    -0,
    1,
    -1,
    2,
    10,
    0.1,
    -0.1,
    1.5,
    1e21,
    1e300,
    -1e300,
    5e-324,
    -5e-324,
    1e-305,
    1e-290,
  ],
  ...[Number.MAX_VALUE, -Number.MAX_VALUE, Number.MAX_SAFE_INTEGER, 2 ** 53, 123456789.125],
  ...[
    "",
    "a",
    "A",
    "10",
    "9",
    "é",
    "e\u0301",
    "\uff5e",
    "\u{1f600}",
    "\\u0000",
    "\\\\u0041",
    '"',
    "\n\t",
    "'",
  ],
  ...[
    "a\0b",
    "\0",
    "\ud83d",
    "x\ude00y",
    "\ud83d\ud83d\ude00",
    "\\\ud83d",
    "\\\\\0",
    "x".repeat(511),
    "x".repeat(512),
  ],
];

test("a value and a field that has it have the same sort key", { skip }, async (t) => {
  const { url } = await opened(t);
  const random = seededRandom(1);
  const numbers = Array.from({ length: 2000 }, () => anyNumber(random));
  const values = [...SAMPLES, ...numbers, `世`.repeat(170), `${"世".repeat(170)}x`, `${"世".repeat(170)}xy`];
  const documents = values.map((value) => JSON.stringify({ before: { field: 1 }, field: value }));
  const rows = await query<{ key: string; long: boolean }>(
    url,
    "SELECT sort_key(document, 'field') AS key, is_long(document, 'field') AS long FROM unnest($1::text[]) WITH ORDINALITY AS d (document, n) ORDER BY n",
    [documents],
  );
  for (const [at, value] of values.entries()) {
    assert.equal(rows[at]!.key, sortKey(value), documents[at]!);
    assert.equal(rows[at]!.long, isLong(sortKey(value)), documents[at]!);
  }
});

test("sort keys are in the order of their values", { skip }, async (t) => {
  const { url } = await opened(t);
  const random = seededRandom(2);
  const numbers = Array.from({ length: 500 }, () => anyNumber(random)).sort((a, b) => a - b);
  const texts = ["", "\u0001", "10", "9", "A", "a", "aa", "é", "\uff5e", "\u{1f600}"];
  const keys = [null, ...numbers, ...texts].map(sortKey);
  const rows = await query<{ key: string }>(
    url,
    `SELECT key FROM unnest($1::text[]) AS k (key) ORDER BY key COLLATE "C"`,
    [keys],
  );
  assert.deepEqual(
    rows.map(({ key }) => key),
    keys,
  );
});

test("a document that is no object, or has no such field, has the key of null", { skip }, async (t) => {
  const { url } = await opened(t);
  for (const document of [
    '"text"',
    "[1,2]",
    "null",
    "5",
    " [ {} ]",
    "{}",
    '{"field":null}',
    '{"field":{}}',
    '{"Field":1}',
  ])
    assert.deepEqual(
      await query(url, "SELECT sort_key($1, 'field') AS key", [document]),
      [{ key: "" }],
      document,
    );
  const twice = '\n{"field":1,"field":"last"}';
  assert.deepEqual(await query(url, "SELECT sort_key($1, 'field') AS key", [twice]), [{ key: "3last" }]);
});

/** Numbers that other writers of JSON may put there, and no JavaScript does. */
test("a number beyond what a double holds has the key of the nearest", { skip }, async (t) => {
  const { url } = await opened(t);
  const nearest = {
    "1e400": Infinity,
    "-1e400": -Infinity,
    "1e999999": Infinity,
    "1E-400": 0,
    "-1e-999999": 0,
  };
  for (const [number, value] of Object.entries(nearest))
    assert.deepEqual(
      await query(url, "SELECT sort_key($1, 'field') AS key", [`{"field":${number}}`]),
      [{ key: sortKey(value) }],
      number,
    );
});

/** Of any size and sign, whole or not. */
function anyNumber(random: SeededRandom): number {
  const sign = random.below(2) === 0 ? 1 : -1;
  const digits = random.below(2 ** 31) / (random.below(2) === 0 ? 1 : 1024);
  return sign * digits * 10 ** (random.below(560) - 280);
}
