import assert from "node:assert/strict";
import { it } from "node:test";
import { show } from "../bank/fault.ts";
import { campaign } from "./campaign.ts";
import { assertCaught } from "./caught.ts";
import { EARLY_ANSWER, NO_RECORD, ROWS_APART } from "./mutants.ts";
import { accounts, bank } from "./subjects.ts";

const SEED = Math.floor(Math.random() * 1e6);

for (const [subject, kills] of [
  [accounts, 2],
  [bank, 5],
] as const)
  it(`${subject.name}: killed a few times, it keeps every promise`, async () => {
    const { faults, folder, ...report } = await campaign({ subject, kills, seed: SEED, wholeEvery: kills });
    assert.ok(faults.length === 0, `CRASH_SEED=${SEED}; the file is kept in ${folder}\n${show(faults)}`);
    assert.ok(report.kills >= kills && report.acknowledged > 0, JSON.stringify(report));
  });

/** The quick ones of those that the long form tries. */
for (const mutant of [EARLY_ANSWER, ROWS_APART, NO_RECORD])
  it(`a service that ${mutant.fault} is caught`, async () => {
    await assertCaught(mutant, SEED, 40);
  });
