import { mutants } from "./mutant.ts";

const RUNS_ON = "if (this.origin) throw unfinishedCopy(this.origin);";

export const transferMutants = [
  ...mutants("transfer.ts", [
    ["an unfinished copy", "writes a page twice", "reached !== after ||", ""],
    ["an unfinished copy", "says that a page is written which is not", "return reached;", "return place;"],
    ["an unfinished copy", "forgets how far it is", "this.#places.set(section, place);", ""],
    [
      "a copy that begins",
      "is copied into whatever it keeps",
      "if (!isEmpty(counts)) throw",
      "if (false) throw",
    ],
    ["a copy that begins", "takes what was used before for empty", "numbers <= 1 &&", ""],
    [
      "a copy that begins",
      "is written without a beginning",
      "if (!this.#turns.origin) throw noCopy();\n    const reached",
      "const reached",
    ],
    ["a copy", "gives tokens again", "kept.subscriptions.lastToken = value", "void value"],
    ["a copy", "gives numbers of generations again", "kept.generations.highest.set(", "new Map().set("],
    ["a copy", "begins its log at 1", "kept.log.start = value", "void value"],
    [
      "a copy",
      "has no tables for views without rows",
      "if (record[4] === 1) rows.make(one);",
      'if (one.view === "balances") rows.make(one);',
    ],
    ["what a copy reads", "puts no bound on a page", "return length > PAGE_MAX;", "return false;"],
    ["what a copy reads", "reads no record that is too large for a page", "Math.max(end, 1)", "end"],
    [
      "what a copy reads",
      "repeats the last record",
      "String(index + records.length)",
      "String(index + Math.max(1, records.length - 1))",
    ],
  ]),
  ...mutants("turns.ts", [["an unfinished copy", "is served unfinished", RUNS_ON, ""]]),
  ...mutants("subscriptions.ts", [
    [
      "who works on a store",
      "takes who has gone for who works",
      "expiresAt > this.#clock.now()",
      "expiresAt > 0",
    ],
    [
      "a copy",
      "copies checkpoints as they were at first",
      "[subscription, shard, position, token]) =>",
      "[subscription, shard, , token], position = 0) =>",
    ],
  ]),
  ...mutants("records.ts", [
    ["a copy", "loses the time of answers", "refusal }, at }];", 'refusal }, at: "2030" }];'],
    [
      "a copy",
      "writes JSON anew",
      "type, data, at, actor, trace };",
      "type, data: JSON.stringify(JSON.parse(data)), at, actor, trace };",
    ],
    [
      "a copy",
      "makes times alike",
      "type, data, at, actor, trace };",
      "type, data, at: new Date(at).toISOString(), actor, trace };",
    ],
    [
      "a copy",
      "knows one tenant",
      "return [tenant, index, claimed, entity, id];",
      'return ["main", index, claimed, entity, id];',
    ],
  ]),
  ...mutants("parks.ts", [
    ["a copy", "turns round what was discarded", "this.#discarded.splice(0, 0, ", "this.#discarded.push("],
  ]),
];
