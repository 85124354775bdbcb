import process from "node:process";
import notes from "./notes.fixture.ts";
import { run } from "./run.ts";

/** A program that says by itself how it ends. */
await run(notes, { store: "nowhere:" }).catch(() => {
  process.exitCode = 7;
});
