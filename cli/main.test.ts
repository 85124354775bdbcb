import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { COMMANDS } from "./commands/index.ts";
import { EXIT } from "./failure.ts";
import { flagsOf } from "./help.ts";
import { plinth, temporaryFolder } from "./shell.fixture.ts";

const MANIFEST = new URL("package.json", import.meta.url);

describe("help", () => {
  it("names every command, the exit codes, and where configuration comes from", async () => {
    for (const argv of [["--help"], ["-h"], ["help"]]) {
      const { code, out, err } = await plinth(".", argv);
      assert.deepEqual([code, err], [EXIT.ok, ""]);
      for (const { name, summary } of COMMANDS)
        assert.ok(out.includes(`  ${name} `) && out.includes(summary));
      assert.match(out, /Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 .*/);
      assert.match(out, /a flag, an environment variable, or a line of \.env/);
    }
  });

  for (const command of COMMANDS)
    it(`teaches ${command.name}: every flag, and examples that it would take`, async () => {
      const { code, out } = await plinth(".", [...command.name.split(" "), "--help"]);
      assert.equal(code, EXIT.ok);
      assert.ok(out.startsWith(command.summary) && out.includes(`plinth ${command.name}`));
      for (const flag of Object.keys(flagsOf(command))) assert.ok(out.includes(`--${flag}`), flag);
      assert.ok(command.examples.length > 0);
      for (const [line] of command.examples) assert.ok(line.startsWith(`plinth ${command.name} `), line);
      for (const line of out.split("\n")) assert.ok(line.length <= 120, line);
    });

  it("says of each setting its variable and its default", async () => {
    const { out } = await plinth(".", ["help", "serve"]);
    assert.match(out.replace(/\s+/g, " "), /--store <url> .*\[PLINTH_STORE, else sqlite:\.\/data\/app\.db\]/);
    assert.match(out.replace(/\s+/g, " "), /--rate-limit <n>\/<s> .*\[PLINTH_RATE_LIMIT\]/);
    assert.match(out, /--host <address> .*\[HOST, else 127\.0\.0\.1\]/);
  });

  it("explains a group of commands", async () => {
    const { code, out } = await plinth(".", ["park", "--help"]);
    assert.equal(code, EXIT.ok);
    assert.match(out, /park discard/);
    assert.doesNotMatch(out, /backup/);
  });

  it("knows the version", async () => {
    const { version } = JSON.parse(readFileSync(MANIFEST, "utf8"));
    assert.deepEqual(await plinth(".", ["--version"]), { code: EXIT.ok, out: `${version}\n`, err: "" });
  });
});

describe("wrong use", () => {
  const cases: [argv: string[], message: RegExp][] = [
    [[], /Usage:\n {2}plinth <command>/],
    [["serv", "main.ts"], /^There is no command "serv"\. Did you mean plinth serve\?/],
    [["xyzzy"], /^There is no command "xyzzy"\.\n\nplinth --help lists them all\./],
    [["park"], /^Say which: plinth park list, /],
    [["park", "lst"], /^There is no command "park lst"\. Did you mean plinth park list\?/],
    [["help", "bakcup"], /^There is no command "bakcup"\. Did you mean plinth backup\?/],
    [["serve"], /^It wants more: plinth serve <main\.ts \| folder>\.\n\nplinth serve --help explains it\./],
    [["serve", "a", "b"], /^"b" is too much/],
    [["serve", "a", "--prot", "1"], /^There is no flag --prot\. Did you mean --port\?/],
    [["park", "list", "--status", "prked"], /^"prked" is no status\. Did you mean parked\?/],
    [["park", "list", "--limit", "0"], /^--limit is "0"/],
    [["park", "list", "--discarded", "--key", "a"], /^--key cannot be used with --discarded/],
    [["park", "show", "picky", "x"], /^"x" is no position/],
    [["park", "replay", "picky"], /^Say which: a position, --key <key>, or --all/],
    [["park", "replay", "picky", "1", "--all"], /not two of them/],
    [["park", "replay", "picky", "--all", "--data", "{}"], /name its position/],
    [["park", "replay", "picky", "1", "--data", "{"], /^--data is not JSON/],
    [["park", "replay", "picky", "1", "--data", "{}"], /name it with --main/],
    [["park", "replay", "picky", "1", "--data", "{}", "--data-file", "a"], /not both/],
    [["park", "discard", "picky", "1"], /^Say why: --reason/],
    [["park", "discard", "picky", "1", "--reason", " "], /^Say why: --reason/],
  ];
  for (const [argv, message] of cases)
    it(`is told: plinth ${argv.join(" ")}`, async (t) => {
      const { code, out, err } = await plinth(temporaryFolder(t), argv);
      assert.deepEqual([code, out], [EXIT.usage, ""]);
      assert.match(err, message);
    });

  it("is told of configuration before anything is loaded, all at once", async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, "main.ts"), 'throw new Error("It was loaded.");');
    writeFileSync(join(folder, ".env"), "PLINTH_ROLES=boss\n");
    const { code, err } = await plinth(folder, ["serve", "."], { PORT: "x" });
    assert.equal(code, EXIT.usage);
    assert.match(err, /^2 settings are wrong:\n {2}PORT is "x".*\n {2}PLINTH_ROLES in \.env is "boss"/);
  });
});

describe("what cannot be done", () => {
  const files = {
    "none.ts": "export const x = 1;",
    "bad.ts": `import { entity, z } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
entity("Bad Name", { state: z.object({}), initial: {}, events: {} });`,
    "missing.ts": 'import "./gone.ts";',
    file: "",
  };
  const cases: [argv: string[], message: RegExp][] = [
    [["serve", "nowhere.ts"], /^nowhere\.ts cannot be read: it does not exist\.\n$/],
    [["serve", "."], /^The folder \. has no main\.ts, index\.ts or model\.ts\.\n$/],
    [["serve", "none.ts"], /none\.ts runs no service: export one as default/],
    [["serve", "bad.ts"], /^"Bad Name" is no name for an entity.*\n {4}at .*bad\.ts:2:1/],
    [["serve", "missing.ts"], /^Cannot find module '.*gone\.ts' imported from .*missing\.ts\.\n$/],
    [["rebuild", "totals", "none.ts"], /none\.ts runs no service/],
    [["park", "list"], /^There is no store at .*app\.db\. Name the right one with --store\.\n$/],
    [["backup", "copy.db", "--store", "memory:"], /^memory: is gone with the process/],
    [["park", "list", "--store", "sqlite:file/x.db"], /^There is no store at /],
    [
      ["park", "replay", "picky", "1", "--data-file", "gone.json"],
      /gone\.json cannot be read: it does not exist\.\n$/,
    ],
  ];
  for (const [argv, message] of cases)
    it(`is said in words: plinth ${argv.join(" ")}`, async (t) => {
      const folder = temporaryFolder(t);
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      const { code, out, err } = await plinth(folder, argv);
      assert.deepEqual([code, out], [EXIT.failed, ""]);
      assert.match(err, message);
    });

  it("leaves no empty store behind", async (t) => {
    const folder = temporaryFolder(t);
    await plinth(folder, ["park", "list", "--store", "sqlite:x.db"]);
    assert.throws(() => readFileSync(join(folder, "x.db")), { code: "ENOENT" });
  });
});
