import assert from "node:assert/strict";
import { it } from "node:test";
import { noPostgres } from "../../servers/postgres.ts";
import { opened } from "./samples.fixture.ts";

const ENTITIES = 60;

it("a reader skips no event of an entity whose table is made while it reads", {
  skip: noPostgres("bundled"),
}, async (t) => {
  const { store, url } = await opened(t);
  const { store: other } = await opened(t, { url });
  const commit = (entity: string) => ({
    stream: { tenant: "main", entity, id: "a" },
    expectedVersion: 0,
    events: [{ type: `${entity}.made`, data: "{}" }],
    state: null,
    command: null,
    unique: [],
    conditions: [],
    at: "2030-01-01T00:00:00.000Z",
    actor: "eva",
    trace: null,
  });
  let isWriting = true;
  const write = async () => {
    // The second event is of an entity that is known by then: a page that lost the first would go on behind it.
    for (let at = 0; at < ENTITIES; at++)
      await other.log.append([
        commit(`thing${at}`),
        { ...commit("known"), stream: { tenant: "main", entity: "known", id: `${at}` } },
      ]);
    isWriting = false;
  };
  await store.log.append([commit("known")]);
  const follow = async () => {
    const seen: number[] = [];
    for (let after = 0, isLast = false; !isLast; ) {
      isLast = !isWriting;
      const page = await store.log.read({ after, limit: 100 });
      seen.push(...page.events.map(({ position }) => position));
      after = page.position;
    }
    return seen;
  };
  const [, ...seen] = await Promise.all([write(), follow(), follow(), follow()]);
  const all = Array.from({ length: 2 * ENTITIES + 1 }, (_, at) => at + 1);
  for (const positions of seen) assert.deepEqual(positions, all);
});
