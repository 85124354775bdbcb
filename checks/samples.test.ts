import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refreshed, samples } from "./samples.ts";
import { show } from "./tree.ts";

const source = [
  "// #region outer",
  "  if (a) {",
  "    // #region inner",
  "    go();",
  "    // #endregion inner",
  "  }",
  "// #endregion outer",
  "",
].join("\n");

const script = "set -e\n# #region start\nnpm start\n# #endregion start\n";

const page = (language: string, text: string) => `# Title\n\n\`\`\`${language}\n${text}\`\`\`\n\nMore.\n`;

const treeWith = (readme: string) =>
  new Map([
    ["README.md", readme],
    ["examples/a.ts", source],
    ["examples/a.sh", script],
  ]);

const faults = (readme: string) => samples(treeWith(readme)).map(show);

describe("samples", () => {
  it("finds no fault in samples that are what they were cut from", () => {
    assert.deepEqual(faults(page("ts examples/a.ts#inner", "go();\n")), []);
    assert.deepEqual(faults(page("ts examples/a.ts#outer", "if (a) {\n  go();\n}\n")), []);
    assert.deepEqual(faults(page("sh examples/a.sh#start", "npm start\n")), []);
    assert.deepEqual(faults(page("json", "{}\n")), []);
  });

  it("finds a sample that has changed", () => {
    assert.deepEqual(faults(page("ts examples/a.ts#inner", "went();\n")), [
      'README.md:3: This sample is not what "examples/a.ts#inner" says: run `npm run samples`.',
    ]);
  });

  it("finds a sample that comes from nowhere", () => {
    assert.deepEqual(faults(page("ts", "go();\n")), [
      "README.md:3: This sample names no file and region that it is cut from.",
    ]);
    assert.deepEqual(faults(page("ts examples/a.ts#gone", "go();\n")), [
      'README.md:3: There is no region "examples/a.ts#gone".',
    ]);
    assert.deepEqual(faults(page("sh gone.sh", "go\n")), ['README.md:3: There is no region "gone.sh".']);
  });

  it("cuts samples anew", () => {
    const fresh = refreshed(treeWith(page("ts examples/a.ts#inner", "went();\n")));
    assert.deepEqual([...fresh], [["README.md", page("ts examples/a.ts#inner", "go();\n")]]);
    assert.deepEqual([...refreshed(treeWith(page("ts examples/a.ts#inner", "go();\n")))], []);
  });

  it("leaves pages alone that are not documentation", () => {
    const tree = new Map([["apps/shop/specs/job.md", page("ts", "go();\n")]]);
    assert.deepEqual(samples(tree), []);
  });
});
