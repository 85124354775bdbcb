import assert from "node:assert/strict";
import { test } from "node:test";
import { type Needed, obtain } from "./obtain.ts";

test("what is here is not installed again", () => {
  assert.deepEqual(obtain([needed("database", ["db"], false)], unasked), []);
});

test("what is missing is installed, all at once, and each package once", () => {
  const here = new Set<string>();
  const asked: string[][] = [];
  const all = ["one", "two"].map((name) =>
    needed(name, [name, "both"], () => !here.has(name) && "Not here."),
  );
  const missing = obtain(all, (packages) => {
    asked.push([...packages]);
    for (const name of packages) here.add(name);
    return false;
  });
  assert.deepEqual(asked, [["one", "both", "two"]]);
  assert.deepEqual(missing, []);
});

test("what is missing all the same is told with its reason, and why it was not installed", () => {
  const all = [
    needed("database", ["db"], "No database here."),
    needed("bundled", [], "Not for this platform."),
    needed("here", ["here"], false),
  ];
  assert.deepEqual(
    obtain(all, () => "This is not root."),
    [
      { name: "database", reason: "No database here. This is not root." },
      { name: "bundled", reason: "Not for this platform." },
    ],
  );
});

test("where no package brings it, nothing is installed", () => {
  const reason = "Not for this platform.";
  assert.deepEqual(obtain([needed("bundled", [], reason)], unasked), [{ name: "bundled", reason }]);
});

function needed(
  name: string,
  packages: readonly string[],
  missing: string | false | (() => string | false),
): Needed {
  return { name, packages, missing: typeof missing === "function" ? missing : () => missing };
}

function unasked(): never {
  assert.fail("Nothing is to be installed.");
}
