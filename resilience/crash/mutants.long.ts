import assert from "node:assert/strict";
import { env } from "node:process";
import { it } from "node:test";
import { show } from "../bank/fault.ts";
import { campaign } from "./campaign.ts";
import { assertCaught } from "./caught.ts";
import { MUTANTS, SLOW_DISK } from "./mutants.ts";
import { bank } from "./subjects.ts";

const SEED = Number(env.CRASH_SEED ?? Math.floor(Math.random() * 1e6));
/** By then it must have been caught; most are at the first or second. */
const KILLS_MAX = 60;

it("a service on a slow disk keeps every promise", async () => {
  console.log(`CRASH_SEED=${SEED}`);
  const options = { subject: bank, kills: 5, seed: SEED, wholeEvery: 5, replacements: [SLOW_DISK] };
  const { faults, folder } = await campaign(options);
  assert.ok(faults.length === 0, `CRASH_SEED=${SEED}; the file is kept in ${folder}\n${show(faults)}`);
});

for (const mutant of MUTANTS)
  it(`a service that ${mutant.fault} is caught`, async () => {
    const kills = await assertCaught(mutant, SEED, KILLS_MAX);
    console.log(`It ${mutant.fault}: caught after ${kills} kills.`);
  });
