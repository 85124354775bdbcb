import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { arrows } from "./arrows.ts";
import { show } from "./tree.ts";

const manifest = (name: string, ...dependencies: string[]) =>
  JSON.stringify({
    name,
    exports: { ".": "./index.ts" },
    dependencies: Object.fromEntries(dependencies.map((one) => [one, "1.0.0"])),
    devDependencies: { ajv: "1.0.0", "@plinth/testing": "1.0.0" },
  });

/** A tree in which every arrow is right. */
const good = {
  "model/package.json": manifest("@plinth/model", "zod"),
  "model/index.ts": 'export * from "./entity.ts";',
  "model/entity.ts": 'import { z } from "zod";',
  "ports/package.json": manifest("@plinth/ports", "@plinth/model"),
  "ports/index.ts": 'import type { Actor } from "@plinth/model";',
  "runtime/package.json": manifest("@plinth/runtime", "@plinth/model", "@plinth/ports"),
  "runtime/index.ts": 'import "node:fs";\nimport {\n  type Store,\n} from "@plinth/ports";',
  "stores/sqlite/package.json": manifest("@plinth/sqlite", "@plinth/ports", "@plinth/runtime"),
  "stores/sqlite/index.ts": "",
  "stores/memory/package.json": manifest("@plinth/memory", "@plinth/ports"),
  "stores/memory/index.ts": "",
  "testing/package.json": manifest("@plinth/testing", "@plinth/memory", "@plinth/runtime"),
  "testing/index.ts": 'import "@plinth/memory";\nimport "@plinth/runtime";',
  "stores/memory/index.test.ts": 'import "@plinth/testing";\nimport "ajv";',
  "cli/package.json": manifest("plinth", "@plinth/model", "@plinth/sqlite"),
  "cli/index.ts": 'export * from "@plinth/model";\nimport "@plinth/sqlite";',
  "apps/shop/package.json": manifest("@plinth/shop", "plinth"),
  "apps/shop/index.ts": 'import "plinth";',
};

const faultsWith = (files: Record<string, string>) =>
  arrows(new Map(Object.entries({ ...good, ...files }))).map(show);

describe("arrows", () => {
  it("finds no fault in a tree that has none", () => assert.deepEqual(faultsWith({}), []));

  const bad: [string, Record<string, string>, string][] = [
    [
      "model imports ports",
      { "model/entity.ts": '\nimport "@plinth/ports";' },
      "model/entity.ts:2: model must not import ports.",
    ],
    [
      "ports imports runtime, if only a type",
      { "ports/index.ts": 'import type { Runtime } from "@plinth/runtime";' },
      "ports/index.ts:1: ports must not import runtime.",
    ],
    [
      "an adapter imports runtime",
      { "stores/sqlite/index.ts": 'import {\n  Runtime,\n} from "@plinth/runtime";' },
      "stores/sqlite/index.ts:1: stores/sqlite must not import runtime.",
    ],
    [
      "an adapter imports another",
      { "stores/sqlite/index.ts": 'export { store } from "@plinth/memory";' },
      "stores/sqlite/index.ts:1: stores/sqlite must not import stores/memory.",
    ],
    [
      "an app imports more than plinth",
      { "apps/shop/index.ts": 'const late = await import("@plinth/runtime");' },
      "apps/shop/index.ts:1: apps/shop must not import runtime.",
    ],
    [
      "cli imports an app",
      { "cli/index.ts": 'import "@plinth/shop";' },
      "cli/index.ts:1: cli must not import apps/shop.",
    ],
    [
      "a path leaves its package",
      { "ports/index.ts": 'import "../model/entity.ts";' },
      'ports/index.ts:1: "../model/entity.ts" leaves the package: import "@plinth/model" by its name.',
    ],
    [
      "a package is not declared",
      { "model/entity.ts": 'import "ajv";' },
      'model/entity.ts:1: "ajv" is not declared in model/package.json.',
    ],
    [
      "a part of a package is not exported",
      { "ports/index.ts": 'import "@plinth/model/entity";' },
      'ports/index.ts:1: "@plinth/model" does not export "./entity".',
    ],
    [
      "two files import each other",
      { "model/entity.ts": 'import type { A } from "./index.ts";' },
      "model/entity.ts: These files import each other: model/entity.ts -> model/index.ts -> model/entity.ts.",
    ],
    [
      "a folder stands outside the architecture",
      {
        "extras/package.json": manifest("@plinth/extras", "@plinth/model"),
        "extras/index.ts": 'import "@plinth/model";',
      },
      "extras/index.ts:1: extras must not import model.",
    ],
  ];
  for (const [what, files, fault] of bad)
    it(`finds that ${what}`, () => assert.equal(faultsWith(files)[0], fault));

  it("does not take comments for imports, nor programs that are made of text", () => {
    assert.deepEqual(faultsWith({ "model/entity.ts": '// import("@plinth/ports")\n * import("ajv")' }), []);
    const program = `\`\nimport "$\{new URL("./a.ts")}";\nawait import("$\{file}");\``;
    assert.deepEqual(faultsWith({ "model/entity.ts": program }), []);
  });
});
