import notes from "./notes.fixture.ts";
import { run } from "./run.ts";

await run(notes);
