import { writeSync } from "node:fs";
import { sqliteStore } from "@plinth/sqlite";
import { simulatedClock } from "@plinth/testing";

/** The process that is killed while it makes its file: tells when it begins, and when it has it. */
writeSync(1, "begins\n");
await sqliteStore({ path: process.argv[2]!, clock: simulatedClock() });
writeSync(1, "has it\n");
setInterval(() => {}, 1000);
