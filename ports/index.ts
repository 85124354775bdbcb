export * from "./clock.ts";
export * from "./errors.ts";
export * from "./identity.ts";
export * from "./logger.ts";
export * from "./metrics.ts";
export * from "./operations.ts";
export * from "./protocol.ts";
export * from "./store.ts";
