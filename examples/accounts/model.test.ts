import { describe, it } from "node:test";
import { eventsOf, given, NOW } from "plinth/testing";
import { account, balances } from "./model.ts";

// #region sample
const { opened, deposited, withdrawn, closed } = eventsOf(account);

it("an account pays out what it holds, and no more", () => {
  const holding = given(account, opened({}), deposited({ amount: 100, note: "" }));
  holding
    .when("withdraw", { amount: 30 })
    .thenEvents(withdrawn({ amount: 30 }))
    .thenState({ balance: 70, closed: false });
  holding.when("withdraw", { amount: 101 }).thenRefused("insufficient_funds", "The account holds 100.");
});
// #endregion sample

describe("account", () => {
  it("is opened once", () => {
    given(account).when("open", {}).thenEvents(opened({}));
    given(account, opened({})).when("open", {}).thenRefused("already_exists");
  });

  it("takes deposits, also the first", () => {
    given(account)
      .when("deposit", { amount: 5 })
      .thenEvents(deposited({ amount: 5, note: "" }));
    given(account).when("deposit", { amount: 0 }).thenInvalid("amount");
  });

  it("pays nothing out before it is there", () => {
    given(account).when("withdraw", { amount: 1 }).thenRefused("not_found");
  });

  it("takes and pays nothing once it is closed", () => {
    const gone = given(account, deposited({ amount: 5, note: "" }), closed({}));
    gone.when("deposit", { amount: 1 }).thenRefused("account_closed");
    gone.when("withdraw", { amount: 1 }).thenRefused("account_closed");
  });

  it("is closed once", () => {
    given(account, opened({})).when("close", {}).thenEvents(closed({}));
    given(account, closed({})).when("close", {}).thenEvents();
  });
});

describe("balances", () => {
  const at = "2026-02-01T00:00:00.000Z";

  it("follow deposits and withdrawals", () => {
    given(
      balances,
      deposited({ amount: 5, note: "" }, { id: "a" }),
      withdrawn({ amount: 2 }, { id: "a", at }),
    ).thenRow("a", { account: "a", balance: 3, at });
  });

  it("begin at nothing, and end with the account", () => {
    given(balances, opened({}, { id: "a" }), opened({}, { id: "b" }), closed({}, { id: "b" })).thenRows({
      a: { account: "a", balance: 0, at: NOW },
    });
  });
});
