import assert from "node:assert/strict";
import { it } from "node:test";
import { campaign } from "./campaign.ts";
import { show } from "./fault.ts";
import { accounts, bank } from "./subjects.ts";

const SEED = Math.floor(Math.random() * 1e6);

for (const [subject, kills] of [
  [accounts, 3],
  [bank, 6],
] as const)
  it(`${subject.name}: killed a few times, it keeps every promise`, async () => {
    const { faults, folder, ...report } = await campaign({ subject, kills, seed: SEED, wholeEvery: kills });
    assert.ok(faults.length === 0, `CRASH_SEED=${SEED}; the file is kept in ${folder}\n${show(faults)}`);
    assert.ok(report.kills >= kills && report.acknowledged > 0, JSON.stringify(report));
  });
