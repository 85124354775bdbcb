import assert from "node:assert/strict";
import { env } from "node:process";
import { it } from "node:test";
import { campaign } from "./campaign.ts";
import { show } from "./fault.ts";
import { MUTANTS, SLOW_DISK } from "./mutants.ts";
import { bank } from "./subjects.ts";

const SEED = Number(env.CRASH_SEED ?? Math.floor(Math.random() * 1e6));
/** By then it must have been caught; most are at the first or second. */
const KILLS_MAX = 60;

it("a service on a slow disk keeps every promise", async () => {
  const sound = { subject: bank, kills: 8, seed: SEED, wholeEvery: 8 };
  const { faults } = await campaign({ ...sound, replacements: [SLOW_DISK] });
  assert.equal(show(faults), "", `CRASH_SEED=${SEED}`);
});

for (const { fault, breaks, besides = [], replacements } of MUTANTS)
  it(`a service that ${fault} is caught`, async () => {
    const options = { subject: bank, kills: KILLS_MAX, seed: SEED, wholeEvery: 20 };
    const { faults, kills } = await campaign({ ...options, replacements, besides });
    console.log(
      `it ${fault}: ${faults.length === 0 ? "not " : ""}caught after ${kills} kills\n${show(faults.slice(0, 1))}`,
    );
    assert.ok(faults.length > 0, `CRASH_SEED=${SEED}: nothing was found in ${kills} kills`);
    assert.ok(breaks.includes(faults[0]!.promise), `caught for another reason:\n${show(faults)}`);
  });
