import assert from "node:assert/strict";
import { it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { noPostgres } from "../../servers/postgres.ts";
import type { Replacement } from "../replacing.ts";
import { Trial } from "./trial.ts";

const skip = noPostgres("system");

/** How long a broken build is under load, in milliseconds. */
const LOOK_MS = 6000;

/** Builds with a promise broken on purpose, and as what it must be found, by the history or by comparing repeats. */
const MUTANTS: Readonly<
  Record<string, { replacements: readonly Replacement[]; by: "repeats" | "history"; found: RegExp }>
> = {
  "checks no version": {
    replacements: [
      {
        file: "stores/postgres/append.ts",
        from: "ELSIF versions[n] <> c_expected[i] THEN",
        to: "ELSIF false THEN",
      },
    ],
    by: "history",
    found: /^linear: command .* has the version of command /,
  },
  "reads entities from its cache": {
    replacements: [
      {
        file: "runtime/entities.ts",
        from: "const version = await this.#store.log.version(stream);",
        to: "const version = 0;",
      },
    ],
    by: "history",
    found: /^linear: read of /,
  },
  "does not wait for what a row must have reached": {
    replacements: [
      {
        file: "runtime/reads.ts",
        from: "await views.reach(view.name, atLeast, caller.deadlineMs);",
        to: "",
      },
    ],
    by: "history",
    found: /^reads: row of /,
  },
  "keeps no record of command ids": {
    replacements: [
      {
        file: "runtime/commands.ts",
        from: "if (order.commandId === null || (order",
        to: "if (order !== null || (order",
      },
    ],
    by: "repeats",
    found: /^once: /,
  },
};

for (const [name, { replacements, by, found }] of Object.entries(MUTANTS))
  it(`a service that ${name} is found out`, { skip }, async (t) => {
    const trial = await Trial.begin(t, { program: () => ({ replacements }) });
    await wait(LOOK_MS);
    const faults = (await trial.found())[by].map(({ promise, what }) => `${promise}: ${what}`);
    const right = faults.filter((fault) => found.test(fault));
    assert.ok(right[0], `of ${faults.length} faults none is it:\n${faults.slice(0, 10).join("\n")}`);
    trial.say(`${right.length} of ${faults.length} faults are it: ${right[0]}`);
  });
