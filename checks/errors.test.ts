import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { errors } from "./errors.ts";
import { show } from "./tree.ts";

const row = (code: string, status: number | string) => `| \`${code}\` | ${status} | ABORTED | When. |\n`;
const refusal = (status: number) =>
  `| a refusal, under its own code | ${status} | FAILED_PRECONDITION | When. |\n`;

const faultsOf = (page: string, codes: string[] = ["not_found", "unauthenticated"]) =>
  errors(
    new Map([
      ["docs/errors.md", page],
      ["ports/errors.ts", `export const ERROR_CODES = [${codes.map((code) => `"${code}"`)}] as const;`],
      [
        "protocols/rest/problem.ts",
        "const STATUS: X = {\n  not_found: 404,\n  unauthenticated: 401,\n};\nconst REFUSED_STATUS = 409;",
      ],
    ]),
  ).map(show);

const good = row("not_found", 404) + row("unauthenticated", "401 + `WWW-Authenticate`") + refusal(409);

describe("errors", () => {
  it("finds no fault in a page that tells it all", () => assert.deepEqual(faultsOf(good), []));

  it("finds a code that the page leaves out", () => {
    assert.deepEqual(faultsOf(good, ["not_found", "unauthenticated", "internal"]), [
      'docs/errors.md: The code "internal" is missing.',
    ]);
  });

  it("finds a code that the page makes up", () => {
    assert.deepEqual(faultsOf(good, ["not_found"]), ['docs/errors.md: There is no code "unauthenticated".']);
  });

  it("finds a status that is not the one served", () => {
    assert.deepEqual(faultsOf(good.replace("404", "410")), [
      'docs/errors.md: "not_found" is said to be 410, and is served as 404.',
    ]);
  });

  it("finds a refusal that is mapped otherwise, or not told of", () => {
    assert.deepEqual(faultsOf(good.replace(refusal(409), refusal(400))), [
      "docs/errors.md: A refusal is said to be 400, and is served as 409.",
    ]);
    assert.deepEqual(faultsOf(good.replace(refusal(409), "")), [
      "docs/errors.md: What becomes of a refusal is missing.",
    ]);
  });

  it("finds that there is nothing to compare with", () => {
    assert.equal(faultsOf("", [])[0], "ports/errors.ts: No list of error codes was found.");
  });
});
