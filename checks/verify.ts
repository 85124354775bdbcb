import { spawnSync } from "node:child_process";

/** The steps of `npm run verify`, each a script of its own. All are run, whatever became of those before. */
const STEPS = ["typecheck", "lint", "check", "test:browser", "test:release"];

const failed = STEPS.filter((step) => {
  console.log(`\n== npm run ${step}`);
  return spawnSync("npm", ["run", "--silent", step], { stdio: "inherit" }).status !== 0;
});

console.log(failed.length === 0 ? "\nVerified." : `\nNot verified: ${failed.join(", ")}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
