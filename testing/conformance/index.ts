export { copyingConformance } from "./copying.ts";
export type { CreateStore, StoreCapabilities, StoreUnderTest } from "./store/case.ts";
export { storeConformance } from "./store.ts";
