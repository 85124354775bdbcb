import { run } from "plinth";
import { hiring } from "./hiring.ts";
import { face } from "./pages/face.ts";

/** The service without samples. Where it keeps things and where it listens is read from the environment. */
await run(hiring, { protocols: [face] });
