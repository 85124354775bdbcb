import assert from "node:assert/strict";
import { it } from "node:test";
import { type Manifest, published, readme } from "./manifest.ts";

const source: Manifest = {
  name: "@plinth/rest",
  version: "1.2.3",
  description: "Serves a service over HTTP.",
  license: "Apache-2.0",
  exports: { ".": "./index.ts", "./client": "./client/index.ts" },
  dependencies: { zod: "4.0.0" },
};

it("a published manifest leads to compiled files with their types", () => {
  assert.deepEqual(published({ ...source, bin: { plinth: "./main.ts" } }), {
    name: "@plinth/rest",
    version: "1.2.3",
    description: "Serves a service over HTTP.",
    license: "Apache-2.0",
    type: "module",
    engines: { node: ">=24" },
    exports: {
      ".": { types: "./index.d.ts", default: "./index.js" },
      "./client": { types: "./client/index.d.ts", default: "./client/index.js" },
    },
    bin: { plinth: "./main.js" },
    dependencies: { zod: "4.0.0" },
  });
});

it("a published manifest leaves out what only development needs", () => {
  const { dependencies, ...bare } = source;
  const manifest = published({ ...bare, devDependencies: { ajv: "8.0.0" }, scripts: {} } as Manifest);
  assert.deepEqual(
    Object.keys(manifest).filter((key) => /dependencies|scripts|bin/i.test(key)),
    [],
  );
  assert.ok(dependencies);
});

it("a part says what it is a part of", () => {
  assert.match(readme(source), /^# @plinth\/rest\n\nServes a service over HTTP\.\n\nA part of Plinth/);
  assert.equal(readme({ ...source, name: "plinth" }), "# plinth\n\nServes a service over HTTP.\n");
});
