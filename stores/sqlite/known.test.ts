import assert from "node:assert/strict";
import { test } from "node:test";
import { Known } from "./known.ts";
import { freshPath, opened } from "./samples.ts";
import { openToWrite } from "./schema.ts";

test("nothing is believed that another connection may have changed, also when the own one is opened anew", async (t) => {
  const path = freshPath(t);
  await opened(t, { path });
  const [first, other] = [openToWrite(path, 0), openToWrite(path, 0)];
  const known = new Known();
  known.verify(first);
  assert.equal(
    known.head(() => 1),
    1,
  );
  known.verify(first);
  assert.equal(
    known.head(() => 2),
    1,
    "nobody has written",
  );
  first.close();
  other.run("INSERT INTO counters (name, value) VALUES ('other', 1)");
  const anew = openToWrite(path, 0);
  known.verify(anew);
  assert.equal(
    known.head(() => 3),
    3,
  );
  other.run("UPDATE counters SET value = 2 WHERE name = 'other'");
  known.verify(anew);
  assert.equal(
    known.head(() => 4),
    4,
  );
  for (const one of [other, anew]) one.close();
});
