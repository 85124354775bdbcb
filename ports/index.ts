export * from "./clock.ts";
export * from "./errors.ts";
export * from "./options.ts";
export * from "./store.ts";
export * from "./text.ts";
