import assert from "node:assert/strict";
import { it } from "node:test";
import { actor, anonymous, DEFAULT_TENANT, platform } from "./actor.ts";

it("an actor has the scopes that it was granted, and no others", () => {
  const ada = actor("ada", ["accounts:write"]);
  assert.ok(ada.has("accounts:write"));
  assert.ok(!ada.has("accounts:read"));
  assert.equal(ada.tenant, DEFAULT_TENANT);
  assert.equal(actor("ada", [], "acme").tenant, "acme");
});

it("nobody has nothing", () => {
  assert.equal(anonymous.id, "anonymous");
  assert.ok(!anonymous.has("accounts:write"));
});

it("the platform may everything, and only in the tenant that it acts for", () => {
  const sender = platform("welcome", "acme");
  assert.deepEqual([sender.id, sender.tenant, sender.has("anything")], ["plinth:welcome", "acme", true]);
});
