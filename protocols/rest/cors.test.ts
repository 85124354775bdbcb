import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rest } from "./rest.ts";
import { ask, post, running } from "./site.fixture.ts";

const ORIGIN = "https://app.example.com";
const preflight = {
  origin: ORIGIN,
  "access-control-request-method": "POST",
  "access-control-request-headers": "content-type",
};

describe("pages of other origins", () => {
  it("are let in nowhere by default", async (t) => {
    const site = await running();
    t.after(site.stop);
    const answer = await ask(`${site.url}/accounts`, { headers: { origin: ORIGIN } });
    assert.equal(answer.headers.get("access-control-allow-origin"), null);
    const asked = await ask(`${site.url}/accounts`, { method: "OPTIONS", headers: preflight });
    assert.equal(asked.headers.get("access-control-allow-methods"), null);
    const foreign = await post(`${site.url}/accounts`, undefined, {
      "sec-fetch-site": "cross-site",
      origin: ORIGIN,
    });
    assert.deepEqual([foreign.status, foreign.json.code], [403, "permission_denied"]);
  });

  it("are let in by name, and may read what clients need", async (t) => {
    const site = await running({ cors: { origins: [ORIGIN], credentials: true } });
    t.after(site.stop);
    const asked = await ask(`${site.url}/accounts`, { method: "OPTIONS", headers: preflight });
    assert.equal(asked.status, 204);
    assert.equal(asked.headers.get("access-control-allow-origin"), ORIGIN);
    assert.equal(asked.headers.get("access-control-allow-methods"), "GET, HEAD, OPTIONS, POST");
    assert.match(asked.headers.get("access-control-allow-headers")!, /Idempotency-Key/);
    assert.equal(asked.headers.get("access-control-max-age"), "600");
    const sent = await post(`${site.url}/accounts`, {}, { origin: ORIGIN, "sec-fetch-site": "cross-site" });
    assert.equal(sent.status, 201);
    assert.equal(sent.headers.get("access-control-allow-credentials"), "true");
    assert.match(sent.headers.get("access-control-expose-headers")!, /ETag.*Plinth-Position/);
    assert.match(sent.headers.get("vary")!, /Origin/);
    const failed = await ask(`${site.url}/nowhere`, { headers: { origin: ORIGIN } });
    assert.equal(failed.headers.get("access-control-allow-origin"), ORIGIN);
    const other = await ask(`${site.url}/accounts`, { headers: { origin: "https://evil.example" } });
    assert.equal(other.headers.get("access-control-allow-origin"), null);
    assert.match(other.headers.get("vary")!, /Origin/);
  });

  it("are let in all of them, but never with credentials", async (t) => {
    const site = await running({ cors: { origins: "*" } });
    t.after(site.stop);
    const answer = await ask(`${site.url}/accounts`, { headers: { origin: ORIGIN } });
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
    assert.throws(() => rest({ cors: { origins: "*", credentials: true } }), /cannot go with every origin/);
    assert.throws(() => rest({ cors: { origins: ["example.com/"] } }), /is no origin/);
  });
});
