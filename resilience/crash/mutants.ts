import type { Promised } from "../bank/fault.ts";
import type { Replacement } from "../replacing.ts";

/** A service with a promise broken on purpose, which must be caught. */
export interface Mutant {
  /** What it does: "a service that …". */
  readonly fault: string;
  /** As which of these it is to be caught. */
  readonly breaks: readonly Promised[];
  /** What it breaks as well, and might be caught as before that. */
  readonly besides?: readonly Promised[];
  readonly replacements: readonly Replacement[];
}

/** A disk so slow that kills come before it has committed. Breaks nothing by itself. */
export const SLOW_DISK: Replacement = {
  file: "stores/sqlite/writer.ts",
  from: 'database.run("COMMIT");',
  to: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50); database.run("COMMIT");',
};

export const EARLY_ANSWER: Mutant = {
  fault: "acknowledges before it has committed",
  breaks: ["durable"],
  besides: ["reads", "once"],
  replacements: [
    {
      file: "stores/sqlite/writer.ts",
      from: "return transact((transaction) => gather(calls, transaction));",
      to: "return transact((transaction) => { port.postMessage(gather(calls, transaction)); return []; });",
    },
    SLOW_DISK,
  ],
};

export const ROWS_APART: Mutant = {
  fault: "writes rows, and then their checkpoint",
  breaks: ["views"],
  replacements: [
    {
      file: "stores/sqlite/rows.ts",
      from: "return this.#writer.writeRows(table, flat, checkpoint);",
      to: `await this.#writer.writeRows(table, flat, { ...checkpoint, position: 0 });
        return this.#writer.writeRows(table, [], checkpoint);`,
    },
  ],
};

export const NO_RECORD: Mutant = {
  fault: "keeps no record of command ids",
  breaks: ["once"],
  replacements: [
    {
      file: "runtime/commands.ts",
      from: "if (order.commandId === null || (order",
      to: "if (order !== null || (order",
    },
  ],
};

export const MUTANTS: readonly Mutant[] = [
  EARLY_ANSWER,
  ROWS_APART,
  {
    fault: "writes a checkpoint, and then its rows",
    breaks: ["views"],
    replacements: [
      {
        file: "stores/sqlite/rows.ts",
        from: "return this.#writer.writeRows(table, flat, checkpoint);",
        to: `await this.#writer.writeRows(table, [], checkpoint);
          return this.#writer.writeRows(table, flat, checkpoint);`,
      },
    ],
  },
  NO_RECORD,
  {
    fault: "keeps no refusals",
    breaks: ["once"],
    besides: ["durable", "balances"],
    replacements: [
      {
        file: "runtime/commands.ts",
        from: 'const refusal = verdict.kind === "refusal" ? JSON.stringify(verdict) : null;',
        to: "const refusal = null;",
      },
    ],
  },
  {
    fault: "lets reactors send commands without an id",
    breaks: ["reactions"],
    replacements: [
      {
        file: "runtime/reactions/attempt.ts",
        from: "commandId: this.#key(this.#sends),",
        to: "commandId: null,",
      },
    ],
  },
  {
    fault: "leaves a hole after a restart",
    breaks: ["order"],
    replacements: [
      {
        file: "stores/sqlite/append.ts",
        from: "known.head(() => findHead(database))",
        to: "known.head(() => findHead(database) + Math.min(findHead(database), 1))",
      },
    ],
  },
  {
    fault: "loses the end of its log at a start",
    breaks: ["durable"],
    besides: ["once", "order"],
    replacements: [
      {
        file: "stores/sqlite/schema.ts",
        from: 'database.exec("COMMIT");',
        to: `database.exec("DELETE FROM events WHERE position > (SELECT max(position) - 3 FROM events)");
          database.exec("COMMIT");`,
      },
    ],
  },
  {
    fault: "checks no version",
    breaks: ["order", "whole", "durable"],
    replacements: [
      {
        file: "stores/sqlite/append.ts",
        from: "if (stream.version !== commit.expectedVersion) return",
        to: "if (false) return",
      },
    ],
  },
  {
    fault: "takes a version for what was decided on",
    breaks: ["order", "whole"],
    replacements: [
      {
        file: "stores/sqlite/append.ts",
        from: "if (commit.ahead && (",
        to: "if (false && (",
      },
    ],
  },
  {
    fault: "keeps a state apart from its events",
    breaks: ["whole"],
    replacements: [
      {
        file: "stores/sqlite/append.ts",
        from: "if (commit.state !== null) keepState(",
        to: "if (commit.state !== null && position % 50 !== 0) keepState(",
      },
    ],
  },
  {
    fault: "keeps what is held unique apart from its events",
    breaks: ["whole", "order"],
    replacements: [
      {
        file: "stores/sqlite/append.ts",
        from: "if (commit.unique.length > 0) hold(",
        to: "if (commit.unique.length > 0 && position % 5 !== 0) hold(",
      },
    ],
  },
  {
    fault: "lets readers see what is not durable",
    breaks: ["durable"],
    replacements: [
      { file: "runtime/entities.ts", from: "return entry.committed;", to: "return entry.tip;" },
      SLOW_DISK,
    ],
  },
  {
    fault: "moves a checkpoint past events that are not done",
    breaks: ["parked"],
    replacements: [{ file: "runtime/reactions/window.ts", from: "return position - 1;", to: "continue;" }],
  },
  {
    fault: "moves a checkpoint, and then parks what it has passed",
    breaks: ["parked"],
    replacements: [
      {
        file: "stores/sqlite/parks.ts",
        from: "return this.#writer.writeParks(changes, checkpoint);",
        to: `await this.#writer.writeParks({ put: [], change: [], remove: [] }, checkpoint);
          await new Promise((resolve) => setTimeout(resolve, 20));
          return this.#writer.writeParks(changes, checkpoint);`,
      },
    ],
  },
];
