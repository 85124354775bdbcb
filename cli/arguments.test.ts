import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseArguments } from "./arguments.ts";
import { UsageError } from "./failure.ts";

const FLAGS = {
  port: { placeholder: "<port>", describe: "" },
  host: { placeholder: "<address>", describe: "" },
  json: { placeholder: null, describe: "", short: "j" },
};

const parse = (...argv: string[]) => {
  const { positionals, values, switches } = parseArguments(argv, FLAGS);
  return { positionals, values, switches: [...switches] };
};

const faultOf = (...argv: string[]): string => {
  try {
    parse(...argv);
  } catch (error) {
    assert.ok(error instanceof UsageError);
    return error.message;
  }
  throw new Error("No fault was found.");
};

describe("arguments", () => {
  it("are operands, flags with values and flags without, in any order", () => {
    const expected = { positionals: ["a", "b"], values: { port: "1", host: "x" }, switches: ["json"] };
    assert.deepEqual(parse("a", "--port", "1", "--json", "--host=x", "b"), expected);
    assert.deepEqual(parse("-j", "--host", "x", "a", "--port=1", "b"), expected);
  });

  it("may begin with a dash where they stand after --, or after =", () => {
    assert.deepEqual(parse("--", "--port").positionals, ["--port"]);
    assert.deepEqual(parse("--host=--x").values, { host: "--x" });
    assert.deepEqual(parse("--port", "-1").values, { port: "-1" });
  });

  it("name the nearest flag for one that there is not", () => {
    assert.equal(faultOf("--prot", "1"), "There is no flag --prot. Did you mean --port?");
    assert.equal(faultOf("--somethingElse"), "There is no flag --somethingElse.");
    assert.equal(faultOf("--toString"), "There is no flag --toString.");
  });

  it("tell all faults at once", () => {
    assert.equal(
      faultOf("--port", "--json=yes", "--prt"),
      "--port wants a value: --port <port>.\nThere is no flag --prt. Did you mean --port?",
    );
    assert.equal(faultOf("--json=yes"), "--json takes no value.");
    assert.equal(faultOf("--port=1", "--port=2"), "--port is given twice.");
    assert.equal(faultOf("--host="), "--host wants a value: --host <address>.");
    assert.equal(faultOf("--host"), "--host wants a value: --host <address>.");
  });
});
