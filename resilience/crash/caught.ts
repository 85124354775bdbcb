import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { show } from "../bank/fault.ts";
import { campaign } from "./campaign.ts";
import type { Mutant } from "./mutants.ts";
import { bank } from "./subjects.ts";

/** Kills a service with a broken promise until it is caught, and for that. Resolves to how many kills it took. */
export async function assertCaught(mutant: Mutant, seed: number, killsMax: number): Promise<number> {
  const { replacements, breaks, besides = [] } = mutant;
  const subject = { ...bank, endings: { load: 100 } };
  const options = { subject, kills: killsMax, seed, wholeEvery: 20, replacements, besides };
  const { faults, kills, folder } = await campaign(options);
  if (folder) await rm(folder, { recursive: true });
  assert.ok(faults[0], `CRASH_SEED=${seed}: nothing was found in ${kills} kills`);
  assert.ok(
    breaks.includes(faults[0].promise),
    `CRASH_SEED=${seed}: caught for another reason:\n${show(faults)}`,
  );
  return kills;
}
