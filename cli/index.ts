export { memoryStore } from "@plinth/memory";
export * from "@plinth/model";
export {
  type Allowance,
  type Caller,
  type Clock,
  type Credentials,
  type Identity,
  type Ids,
  type Limiter,
  type Listener,
  type Logger,
  type Operations,
  PlinthError,
  type Protocol,
  type ProtocolContext,
  type Random,
  type RateLimit,
  RefusedError,
  type Store,
  type Taker,
} from "@plinth/ports";
export { type PostgresStoreOptions, postgresStore } from "@plinth/postgres";
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
export { type GcraOptions, gcraLimiter } from "@plinth/security";
export { sqliteStore } from "@plinth/sqlite";
export { ConfigurationError, Failure } from "./failure.ts";
export type { RunOptions } from "./parts.ts";
export { type Running, run } from "./run.ts";
export { systemClock, systemRandom } from "./system.ts";
export { uuid7Ids } from "./uuid7.ts";
