import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { z } from "zod";
import { checkFieldNames, checkName, kebab, ModelError, plural, snake } from "./names.ts";

describe("checkName", () => {
  for (const name of ["account", "jobPosting", "a1", "x", "a".repeat(60)])
    it(`takes ${JSON.stringify(name)}`, () => checkName("entity", name));

  for (const name of ["", "Account", "1st", "job-posting", "job_posting", "größe", "a b", "a".repeat(61)])
    it(`refuses ${JSON.stringify(name)}`, () => assert.throws(() => checkName("entity", name), ModelError));

  it("says what is wrong and what is right", () => {
    assert.throws(() => checkName("entity", "job-posting"), {
      name: "ModelError",
      message: '"job-posting" is no name for an entity: use camelCase, letters and digits, at most 60.',
    });
    assert.throws(() => checkName("view", ""), { message: /^"" is no name for a view:/ });
    assert.throws(() => checkName("unique value", "-"), { message: /for a unique value:/ });
  });
});

describe("checkFieldNames", () => {
  const schema = z.object({ balance: z.int() });

  it("takes the fields of an object", () => checkFieldNames('View "balances"', schema, ["balance"]));

  it("refuses others, those of every JavaScript object too", () => {
    assert.throws(() => checkFieldNames('View "balances"', schema, ["at"]), {
      message: 'View "balances" has no field "at" to filter or sort by.',
    });
    assert.throws(() => checkFieldNames('View "balances"', schema, ["toString"]), ModelError);
  });

  it("refuses every field of what is no object", () => {
    assert.throws(() => checkFieldNames('View "names"', z.string(), ["length"]), ModelError);
  });
});

describe("plural", () => {
  const plurals = {
    account: "accounts",
    company: "companies",
    day: "days",
    address: "addresses",
    box: "boxes",
    branch: "branches",
    wish: "wishes",
    jobPosting: "jobPostings",
  };
  for (const [one, many] of Object.entries(plurals))
    it(`of ${one} is ${many}`, () => assert.equal(plural(one), many));
});

describe("spelling", () => {
  it("is kebab-case in paths", () => {
    assert.equal(kebab("jobPosting"), "job-posting");
    assert.equal(kebab("account"), "account");
  });

  it("is snake_case in tables and codes", () => {
    assert.equal(snake("emailAddress"), "email_address");
    assert.equal(snake("account"), "account");
  });
});
