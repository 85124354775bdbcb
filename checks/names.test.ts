import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { names } from "./names.ts";
import { show } from "./tree.ts";

const manifest = (name: string) => JSON.stringify({ name, exports: { ".": "./index.ts" } });

const good = {
  "model/package.json": manifest("@plinth/model"),
  "model/index.ts": 'export * from "./entity.ts";\nexport { type View, view } from "./view.ts";',
  "model/entity.ts": "export function entity() {}\nexport interface Entity {}",
  "model/view.ts": "export interface View {}\nexport const view = 1;\nexport const inner = 1;",
  "cli/package.json": manifest("plinth"),
  "cli/index.ts":
    'export * from "@plinth/model";\nexport { entity } from "@plinth/model";\nexport const run = 1;',
  "cli/inner.ts": "export const inner = 1;",
};

const faultsWith = (files: Record<string, string>) =>
  names(new Map(Object.entries({ ...good, ...files }))).map(show);

describe("names", () => {
  it("finds no fault in a tree that has none", () => assert.deepEqual(faultsWith({}), []));

  it("finds one name that two packages make public", () => {
    assert.deepEqual(faultsWith({ "cli/index.ts": "export async function entity() {}" }), [
      'cli/index.ts: "entity" is also public in @plinth/model.',
    ]);
    assert.deepEqual(faultsWith({ "cli/index.ts": 'export { a as View } from "./inner.ts";' }), [
      'cli/index.ts: "View" is also public in @plinth/model.',
    ]);
  });

  it("finds folders and files whose names say nothing", () => {
    assert.deepEqual(faultsWith({ "model/utils/text.ts": "", "cli/helpers.ts": "" }), [
      'model/utils/text.ts: "utils" says nothing of what is in it.',
      'cli/helpers.ts: "helpers.ts" says nothing of what is in it.',
    ]);
  });

  it("finds names that hide what a thing does", () => {
    assert.deepEqual(faultsWith({ "cli/inner.ts": "export class StoreManager {}" }), [
      'cli/inner.ts: "StoreManager" hides what it does.',
    ]);
  });

  it("finds what was left for later", () => {
    assert.deepEqual(faultsWith({ "cli/inner.ts": `// ${"TO"}DO: write it` }), [
      `cli/inner.ts: "${"TO"}DO": what is here is done.`,
    ]);
  });

  it("finds files that are too long", () => {
    assert.deepEqual(faultsWith({ "cli/inner.ts": "\n".repeat(400) }), []);
    assert.deepEqual(faultsWith({ "cli/inner.ts": "\n".repeat(401) }), [
      "cli/inner.ts: 401 lines: a file has at most 400.",
    ]);
  });
});
