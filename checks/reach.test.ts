import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { reach } from "./reach.ts";
import { show } from "./tree.ts";

const faultsOf = (path: string, text: string) => reach(new Map([[path, text]])).map(show);

describe("reach", () => {
  const bad: [string, string, string][] = [
    [
      "runtime/a.ts",
      "\nDate.now();",
      'runtime/a.ts:2: "Date.now(" reaches for what is handed in: the time comes from a Clock.',
    ],
    [
      "model/a.ts",
      "new Date()",
      'model/a.ts:1: "new Date()" reaches for what is handed in: the time comes from a Clock.',
    ],
    [
      "runtime/a.ts",
      "setTimeout(go, 5)",
      'runtime/a.ts:1: "setTimeout(" reaches for what is handed in: what waits is called by a Clock.',
    ],
    [
      "ports/a.ts",
      "Math.random()",
      'ports/a.ts:1: "Math.random(" reaches for what is handed in: chance comes from a Random, ids from Ids.',
    ],
    [
      "runtime/a.ts",
      "process.env.PORT",
      'runtime/a.ts:1: "process.env" reaches for what is handed in: the outside is behind a port.',
    ],
  ];
  for (const [path, text, fault] of bad)
    it(`finds ${text.trim()}`, () => assert.deepEqual(faultsOf(path, text), [fault]));

  it("finds no fault in what is handed in", () => {
    assert.deepEqual(
      faultsOf("runtime/a.ts", "new Date(clock.now()); clock.after(5, go); random.next()"),
      [],
    );
  });

  it("leaves tests and adapters alone", () => {
    assert.deepEqual(faultsOf("runtime/a.test.ts", "Date.now()"), []);
    assert.deepEqual(faultsOf("stores/sqlite/a.ts", "Date.now()"), []);
  });
});
