import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { glossary } from "./glossary.ts";
import { show } from "./tree.ts";

const faultsOf = (page: string) =>
  glossary(
    new Map([
      ["ARCHITECTURE.md", page],
      ["ports/store.ts", "/** Holds the fencing token of its leases. */\nexport interface Store {}"],
      ["ports/store.test.ts", "saga"],
    ]),
  ).map(show);

const table = (...words: string[]) =>
  `# Title\n\n| folder | what |\n|---|---|\n| gone | A folder. |\n\n## Words\n\n| word | meaning |\n|---|---|\n${words
    .map((word) => `| ${word} | What it is. |\n`)
    .join("")}`;

describe("glossary", () => {
  it("finds no fault in words that the code speaks", () => {
    assert.deepEqual(faultsOf(table("store", "lease", "fencing token")), []);
  });

  it("finds a word that the code does not speak, its tests aside", () => {
    assert.deepEqual(faultsOf(table("store", "saga")), [
      'ARCHITECTURE.md:12: "saga" is a word that the code does not speak.',
    ]);
  });

  it("finds a word that is told twice", () => {
    assert.deepEqual(faultsOf(table("store", "store")), ['ARCHITECTURE.md:12: "store" is told twice.']);
  });

  it("finds that there is none", () => {
    assert.deepEqual(faultsOf("# Title"), ["ARCHITECTURE.md: There is no glossary."]);
  });
});
