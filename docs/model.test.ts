import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { actor, anonymous, type Identity, memoryStore, rest, run, systemClock } from "plinth";
import { eventsOf, factsOf, found, given, NOW } from "plinth/testing";
import { confirmations, type Mail, member, seat, sitters, theatre } from "./model.ts";

const { joined, suspended } = eventsOf(member);
// #region decide
const { taken, returned } = eventsOf(seat);
const ada = actor("ada", ["seats:take"]);
const until = "2026-01-01T22:00:00.000Z";

it("a member takes a free seat", async () => {
  const ready = found(member, "ada", { email: "ada@example.org", suspended: false });
  const { facts, consistent } = await factsOf(seat, "take", { until }, [ready], { actor: ada });
  assert.deepEqual(consistent, ["member/ada"]);
  given(seat)
    .when("take", { until }, { actor: ada, facts })
    .thenEvents(taken({ by: "ada", until }))
    .thenState({ holder: "ada" });
});
// #endregion decide

describe("a seat", () => {
  const member = { id: "ada", version: 1, state: { email: "ada@example.org", suspended: false } };

  it("is for members who are not suspended", () => {
    const out = { ...member, state: { ...member.state, suspended: true } };
    given(seat).when("take", { until }, { actor: ada, facts: null }).thenRefused("not_a_member");
    given(seat).when("take", { until }, { actor: ada, facts: out }).thenRefused("member_suspended");
    given(seat).when("take", { until }, { actor: anonymous, facts: null }).thenRefused("permission_denied");
  });

  it("is taken once, and for a time to come", () => {
    given(seat, taken({ by: "bob", until }))
      .when("take", { until }, { actor: ada, facts: member })
      .thenRefused("seat_taken");
    given(seat).when("take", { until }, { actor: ada, facts: member, now: until }).thenRefused("too_late");
  });

  it("is given back by who holds it", () => {
    given(seat, taken({ by: "ada", until }))
      .when("giveBack", {}, { actor: ada })
      .thenEvents(returned({ by: "ada" }));
    given(seat, taken({ by: "bob", until }))
      .when("giveBack", {}, { actor: ada })
      .thenRefused("permission_denied");
  });
});

describe("a member", () => {
  it("joins once, and is suspended by those who may", () => {
    const email = "ada@example.org";
    given(member).when("join", { email }, { actor: anonymous }).thenEvents(joined({ email }));
    given(member).when("join", { email: "ada" }).thenInvalid("email");
    given(member, joined({ email }))
      .when("suspend", { reason: "noise" }, { actor: ada })
      .thenRefused("permission_denied");
    given(member, joined({ email }))
      .when("suspend", { reason: "noise" })
      .thenEvents(suspended({ reason: "noise" }));
    given(member, suspended({ reason: "noise" }))
      .when("suspend", { reason: "noise" })
      .thenEvents();
  });
});

// #region view
it("sitters are counted until they have given everything back", () => {
  const first = taken({ by: "ada", until }, { id: "A1" });
  const second = taken({ by: "ada", until }, { id: "A2", at: until });
  given(sitters, first, second).thenRow("ada", { member: "ada", seats: 2, since: NOW });
  const back = [returned({ by: "ada" }, { id: "A1" }), returned({ by: "ada" }, { id: "A2" })];
  given(sitters, first, second, ...back).thenRows({});
});
// #endregion view

// #region reactor
it("who takes a seat is told so", async () => {
  const mails: string[] = [];
  const mail: Mail = async (to, text) => void mails.push(`${to}: ${text}`);
  const reacted = await given(confirmations(mail), { effects: "real" }).when(
    taken({ by: "ada", until }, { id: "A1" }),
  );
  reacted.thenDid("mail").thenSent();
  assert.deepEqual(mails, ["ada: Seat A1 is yours."]);
});
// #endregion reactor

it("the service runs, and knows who asks", async (t) => {
  const mails: string[] = [];
  const mail: Mail = async (to) => void mails.push(to);
  const identity: Identity = {
    challenge: "Basic",
    authenticate: async ({ authorization }) => (authorization === "ada" ? ada : anonymous),
  };
  // #region run
  const running = await run(theatre(mail), {
    store: memoryStore({ clock: systemClock }),
    protocols: [rest()],
    identity,
    port: 0,
  });
  // #endregion run
  t.after(() => running.stop());
  const response = await fetch(`${running.urls[0]}/seats/A1/take`, {
    method: "POST",
    headers: { authorization: "ada", "content-type": "application/json", connection: "close" },
    body: JSON.stringify({ until: "2999-01-01T00:00:00.000Z" }),
  });
  assert.partialDeepStrictEqual(await response.json(), { status: 409, code: "not_a_member" });
});
