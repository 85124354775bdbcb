import process from "node:process";
import { Failure, type Protocol, run } from "plinth";
import { hiring } from "./hiring.ts";
import { face } from "./pages/face.ts";
import { importSamples } from "./samples.ts";

/** The same face, shown once the samples are there: who is answered finds them. */
const faceWithSamples: Protocol = {
  name: face.name,
  start: async (context) => {
    await importSamples(context.operations);
    return face.start(context);
  },
};

/** What a person who has just started it wants to know. */
function welcome(url: string): string {
  return `
  The hiring service is running, with the sample job specs.

  Jobs, and what was understood of them   ${url}
  Reference of the API                    ${url}/docs
  Open jobs as JSON                       ${url}/open-jobs

  Ctrl-C stops it.

`;
}

try {
  const { urls } = await run(hiring, { protocols: [faceWithSamples] });
  for (const url of urls) process.stdout.write(welcome(url));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
