import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ERROR_CODES, type ErrorCode, PlinthError, RefusedError } from "@plinth/ports";
import { STATUS } from "./problem.ts";
import { post, running } from "./site.fixture.ts";

/** As the outside face fixes them. */
const TABLE: readonly (readonly [ErrorCode, number])[] = [
  ["invalid_argument", 400],
  ["unauthenticated", 401],
  ["permission_denied", 403],
  ["not_found", 404],
  ["method_not_allowed", 405],
  ["not_acceptable", 406],
  ["already_exists", 409],
  ["version_conflict", 412],
  ["payload_too_large", 413],
  ["unsupported_media_type", 415],
  ["idempotency_key_reused", 422],
  ["rate_limited", 429],
  ["internal", 500],
  ["unavailable", 503],
  ["deadline_exceeded", 504],
];

describe("errors", () => {
  it("have the statuses of the table, each and no other", () => {
    assert.deepEqual(Object.entries(STATUS), TABLE);
    assert.deepEqual(
      TABLE.map(([code]) => code),
      [...ERROR_CODES],
    );
  });

  it("reach the client as problem details with their headers, whatever operations reject with", async (t) => {
    let thrown: unknown = null;
    const site = await running({
      wrap: (operations) => ({
        ...operations,
        service: operations.service,
        run: () => Promise.reject(thrown),
      }),
    });
    t.after(site.stop);
    for (const [code, status] of TABLE.filter(([code]) => code !== "internal")) {
      thrown = new PlinthError(code, "Said so.", {
        retryAfterMs: 1500,
        allow: ["GET", "HEAD"],
        cause: new Error("hidden"),
      });
      const { headers, text, json } = await post(`${site.url}/accounts`);
      assert.deepEqual([json.status, json.code, json.detail], [status, code, "Said so."]);
      assert.equal(json.type, `urn:plinth:error:${code}`);
      assert.ok(json.title.length > 0 && json.instance.startsWith("urn:uuid:"));
      assert.equal(headers.get("content-type"), "application/problem+json");
      assert.equal(headers.get("retry-after"), "2");
      assert.equal(
        headers.get("www-authenticate"),
        code === "unauthenticated" ? 'Bearer realm="bank"' : null,
      );
      assert.equal(headers.get("allow"), code === "method_not_allowed" ? "GET, HEAD" : null);
      assert.doesNotMatch(text, /hidden|\.ts/);
    }
    thrown = new RefusedError("too_late", "It is too late.");
    const refused = await post(`${site.url}/accounts`);
    assert.deepEqual([refused.status, refused.json.code], [409, "too_late"]);
  });

  it("always say when to come back to one that is overloaded", async (t) => {
    const site = await running({
      wrap: (operations) => ({
        ...operations,
        service: operations.service,
        run: () => Promise.reject(new PlinthError("unavailable", "Busy.")),
      }),
    });
    t.after(site.stop);
    assert.equal((await post(`${site.url}/accounts`)).headers.get("retry-after"), "1");
  });

  const inside = [
    new TypeError("secret of the house"),
    new PlinthError("internal", "The database refused: secret of the house."),
  ];
  for (const thrown of inside)
    it(`hide what is not meant for clients, and log it under the instance: ${thrown.name}`, async (t) => {
      const site = await running({
        wrap: (operations) => ({
          ...operations,
          service: operations.service,
          run: () => Promise.reject(thrown),
        }),
      });
      t.after(site.stop);
      const { status, text, json } = await post(`${site.url}/accounts`);
      assert.deepEqual([status, json.code], [500, "internal"]);
      assert.doesNotMatch(text, /secret|TypeError/);
      assert.ok(
        site.log.all.some((line) => line.includes("secret of the house") && line.includes(json.instance)),
      );
    });
});
