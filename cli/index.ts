export { memoryStore } from "@plinth/memory";
export * from "@plinth/model";
export {
  type Caller,
  type Clock,
  type Credentials,
  type Identity,
  type Ids,
  type Listener,
  type Logger,
  type Operations,
  PlinthError,
  type Protocol,
  type ProtocolContext,
  type Random,
  RefusedError,
  type Store,
} from "@plinth/ports";
export {
  type Asset,
  type Content,
  type Form,
  type Html,
  html,
  type Page,
  type PageReply,
  type PageRequest,
  type ProblemPage,
  type RestOptions,
  rest,
  trusted,
} from "@plinth/rest";
export { sqliteStore } from "@plinth/sqlite";
export { ConfigurationError, Failure } from "./failure.ts";
export type { RunOptions } from "./parts.ts";
export { type Running, run } from "./run.ts";
export { systemClock, systemRandom } from "./system.ts";
export { uuid7Ids } from "./uuid7.ts";
