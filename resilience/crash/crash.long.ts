import assert from "node:assert/strict";
import { env } from "node:process";
import { it } from "node:test";
import { show } from "../bank/fault.ts";
import { campaign } from "./campaign.ts";
import { accounts, bank, type Subject } from "./subjects.ts";

const KILLS = Number(env.CRASH_KILLS ?? 200);
const SEED = Number(env.CRASH_SEED ?? Math.floor(Math.random() * 1e6));

/** A quarter of the kills are of the small example. */
const SHARES: readonly (readonly [Subject, number])[] = [
  [accounts, Math.ceil(KILLS / 4)],
  [bank, Math.floor((KILLS * 3) / 4)],
];

for (const [subject, kills] of SHARES)
  it(`${subject.name}: killed ${kills} times, it keeps every promise`, async () => {
    const print = (line: string) => console.log(`${subject.name}, ${line}`);
    print(`CRASH_KILLS=${KILLS} CRASH_SEED=${SEED}`);
    const { faults, folder, ...report } = await campaign({
      subject,
      kills,
      seed: SEED,
      wholeEvery: 20,
      print,
    });
    assert.ok(faults.length === 0, `CRASH_SEED=${SEED}; the file is kept in ${folder}\n${show(faults)}`);
    assert.ok(report.kills >= kills && report.acknowledged > 10 * kills, JSON.stringify(report));
  });
