import assert from "node:assert/strict";
import { it } from "node:test";
import { rewired } from "./compiled.ts";

const rewirings = [
  ['export * from "./actor.ts";', 'export * from "./actor.js";'],
  ['import type { A } from "../a/b.ts";', 'import type { A } from "../a/b.js";'],
  ['import "./a.ts";', 'import "./a.js";'],
  ['let a: import("./a.ts").A;', 'let a: import("./a.js").A;'],
  ['await import("./a.ts")', 'await import("./a.js")'],
  ['new URL("./writer.ts", import.meta.url)', 'new URL("./writer.js", import.meta.url)'],
];

for (const [from, to] of rewirings) it(`turns ${from}`, () => assert.equal(rewired(from!), to));

const left = [
  'import { z } from "zod";',
  'from "./data.json"',
  'const name = "./model.ts";',
  'new URL("./page.html", import.meta.url)',
  'new URL("./main.ts", base)',
];

for (const text of left) it(`leaves ${text}`, () => assert.equal(rewired(text), text));
