export type { Circumstances, Decided, GivenEntity } from "./decision.ts";
export { type EventsOf, eventsOf, type Happened, type HappenedOf, NOW, type Origin } from "./events.ts";
export { type Found, factsOf, found, type Gathered } from "./facts.ts";
export { given } from "./given.ts";
export type { GivenView } from "./projection.ts";
export { command, type GivenReactor, type Reacted, type SentCommand, type World } from "./reaction.ts";
