import type { Entity, EntityShape, Reactor, View } from "@plinth/model";
import { GivenEntity } from "./decision.ts";
import type { Happened, HappenedOf } from "./events.ts";
import { GivenView } from "./projection.ts";
import { GivenReactor, type World } from "./reaction.ts";

/**
 * What a test starts from, in memory and in no time, under the rules of the running service:
 *
 *     given(account, deposited({ amount: 5 })).when("withdraw", { amount: 7 }).thenRefused("insufficient_funds");
 *     given(balances, deposited({ amount: 5 }, { id: "ada" })).thenRow("ada", { balance: 5 });
 *     (await given(thanks).when(deposited({ amount: 5 }))).thenSent(command(account, "deposit", { ... }));
 */
export function given<Shape extends EntityShape>(
  entity: Entity<Shape>,
  ...events: readonly HappenedOf<Shape>[]
): GivenEntity<Shape>;
export function given<Row>(view: View<Row>, ...events: readonly Happened[]): GivenView<Row>;
export function given(reactor: Reactor, world?: World): GivenReactor;
export function given(part: Entity | View | Reactor, ...rest: readonly unknown[]): unknown {
  switch (part.kind) {
    case "entity":
      return new GivenEntity(part, rest as readonly Happened[], given);
    case "view":
      return new GivenView(part, rest as readonly Happened[], given);
    case "reactor":
      return new GivenReactor(part, (rest[0] ?? {}) as World);
  }
}
