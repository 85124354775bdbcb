import assert from "node:assert/strict";
import { it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Commit, Outcome } from "@plinth/ports";
import { Gathered } from "./gathered.ts";

const commit = (id: string) => ({ stream: { id } }) as Commit;
const batch = (...ids: string[]) => ids.map(commit);

/** Writes whose end the test decides on. */
function pausing() {
  const written: string[][] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const gathered = new Gathered(async (commits) => {
    written.push(commits.map(({ stream }) => stream.id));
    const end = Promise.withResolvers<void>();
    ends.push(end);
    await end.promise;
    return commits.map(({ stream }, at): Outcome => ({ kind: "taken", index: `${stream.id}${at}` }));
  });
  return { gathered, written, ends };
}

it("writes what has come meanwhile together, in the order of its coming", async () => {
  const { gathered, written, ends } = pausing();
  const all = [gathered.append(batch("a")), gathered.append(batch("b", "c")), gathered.append(batch("d"))];
  assert.deepEqual(written, [["a"]]);
  ends[0]!.resolve();
  assert.deepEqual(await all[0], [{ kind: "taken", index: "a0" }]);
  await turn();
  assert.deepEqual(written, [["a"], ["b", "c", "d"]]);
  ends[1]!.resolve();
  assert.deepEqual(await all[1], [
    { kind: "taken", index: "b0" },
    { kind: "taken", index: "c1" },
  ]);
  assert.deepEqual(await all[2], [{ kind: "taken", index: "d2" }]);
});

it("lets a failure fail those alone who were written together", async () => {
  const { gathered, ends, written } = pausing();
  const [first, second] = [gathered.append(batch("a")), gathered.append(batch("b"))];
  ends[0]!.reject(new Error("gone"));
  await assert.rejects(first, /gone/);
  await turn();
  assert.deepEqual(written, [["a"], ["b"]]);
  ends[1]!.resolve();
  assert.equal((await second).length, 1);
});

it("writes a batch whole, and no more than 2000 commits beside it", async () => {
  const { gathered, ends, written } = pausing();
  const many = (count: number) => batch(...Array.from({ length: count }, (_, at) => `${at}`));
  const all = [1, 5000, 1500, 600].map((count) => gathered.append(many(count)));
  for (let at = 0; at < 4; at++) {
    ends[at]!.resolve();
    await all[at];
    await turn();
  }
  assert.deepEqual(
    written.map(({ length }) => length),
    [1, 5000, 1500, 600],
  );
});
