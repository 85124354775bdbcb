import { storeConformance } from "@plinth/testing/conformance";
import { memoryStore } from "./index.ts";

storeConformance(async (options) => ({ store: memoryStore(options) }), {
  durable: "It keeps nothing when it is closed.",
  shared: "Nobody else can open what is in this process.",
  clock: true,
  crash: "It keeps nothing when its process ends.",
  backup: "What is only in memory is not worth a copy.",
  revision: "What is read from memory is not worth keeping.",
});
