/** What the compiler says to engineers who use the model wrongly: at their line, in words that name the fault. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const fileOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

const SETTING = `import { entity, reactor, view, z } from "${fileOf("./index.ts")}";
const row = z.object({ balance: z.int() });
const draft = entity("account", { state: row, initial: { balance: 0 }, events: { opened: z.object({ by: z.string() }), closed: z.object({}) } });
const evolving = draft.evolve({ opened: (state) => state, closed: (state) => state });
const account = evolving.commands({ open: { input: z.object({ by: z.string() }), decide: () => [] } });
const from = [account] as const;
const key = () => "";
`;

/** Each wrong line with what is said of it. */
const wrong: [about: string, line: string, said: RegExp][] = [
  [
    "an event is left out of evolve",
    "draft.evolve({ opened: (state) => state });",
    /Property 'closed' is missing/,
  ],
  [
    "an event is unknown",
    "evolving.commands({ open: { input: row, decide: (_state, _input, { emit }) => emit.shut({}) } });",
    /Property 'shut' does not exist/,
  ],
  [
    "an event has the wrong data",
    "evolving.commands({ open: { input: row, decide: (_state, _input, { emit }) => emit.opened({ by: 1 }) } });",
    /Type 'number' is not assignable to type 'string'/,
  ],
  [
    "decide answers with something else",
    'evolving.commands({ open: { input: row, decide: () => "done" } });',
    /Type 'string' is not assignable to type 'Decision'/,
  ],
  [
    "decide would wait",
    "evolving.commands({ open: { input: row, decide: async () => [] } });",
    /Type 'Promise<.*>' is not assignable to type 'Decision'/,
  ],
  [
    "a view handles an unknown event type",
    'view("balances", { row, from, key, on: { "account.shut": () => null } });',
    /'"account\.shut"' does not exist in type 'Projection</,
  ],
  [
    "a filter is no field",
    'view("balances", { row, from, key, on: {}, filter: ["owner"] });',
    /Type '"owner"' is not assignable to type '"balance"'/,
  ],
  [
    "a command that is sent is unknown",
    'reactor("r", { from, on: { "account.closed": async (_event, { send }) => void (await send(account, "shut", { input: {} })) } });',
    /'"shut"' is not assignable to parameter of type '"open"'/,
  ],
  [
    "a command that is sent gets the wrong input",
    'reactor("r", { from, on: { "account.closed": async (_event, { send }) => void (await send(account, "open", { input: { by: 1 } })) } });',
    /Type 'number' is not assignable to type 'string'/,
  ],
];

describe("wrong use fails at its line, and in plain words, where", () => {
  /** What the compiler says of each line of the file, from 1. */
  const said = new Map<number, string>();

  before(async () => {
    const place = await mkdtemp(join(tmpdir(), "plinth-wording-"));
    try {
      await writeFile(join(place, "wrong.mts"), SETTING + wrong.map(([, line]) => line).join("\n"));
      const options = {
        extends: fileOf("../tsconfig.json"),
        compilerOptions: {
          typeRoots: [fileOf("../node_modules/@types")],
          rewriteRelativeImportExtensions: false,
        },
        files: ["wrong.mts"],
      };
      await writeFile(join(place, "tsconfig.json"), JSON.stringify(options));
      for (const [line, message] of await compile(place)) said.set(line, (said.get(line) ?? "") + message);
    } finally {
      await rm(place, { recursive: true });
    }
  });

  const first = SETTING.split("\n").length;
  for (const [index, [about, , words]] of wrong.entries())
    it(about, () => assert.match(said.get(first + index) ?? "nothing was said", words));

  it("nothing is wrong with what is right", () => {
    const lines = [...said.keys()].filter((line) => line < first);
    assert.deepEqual(lines, []);
  });
});

/** Every error with its line; what is indented belongs to the one before. */
async function compile(project: string): Promise<[number, string][]> {
  const { stdout } = await promisify(execFile)(fileOf("../node_modules/.bin/tsc"), ["-p", project]).catch(
    (error) => error,
  );
  const errors: [number, string][] = [];
  for (const text of stdout.split("\n") as string[]) {
    const line = text.match(/wrong\.mts\((\d+),/)?.[1];
    if (line) errors.push([Number(line), text]);
    else if (errors.length > 0) errors.at(-1)![1] += text;
  }
  return errors;
}
