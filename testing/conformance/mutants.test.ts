import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { memoryStore } from "@plinth/memory";
import { identityMutants, logMutants, stateMutants } from "./mutants/log.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { leaseMutants, lifecycleMutants, parkMutants } from "./mutants/subscriptions.ts";
import { transferMutants } from "./mutants/transfer.ts";
import { generationMutants, listMutants, rowMutants } from "./mutants/views.ts";
import { type CreateStore, runStoreCase, type StoreCapabilities, whyNot } from "./store/case.ts";
import { storeCases } from "./store.ts";

const MEMORY = fileURLToPath(new URL(".", import.meta.resolve("@plinth/memory")));
const PACKAGES = fileURLToPath(new URL("../../node_modules", import.meta.url));

const CAPABILITIES: StoreCapabilities = {
  durable: "In memory.",
  shared: "In memory.",
  clock: true,
  crash: "In memory.",
  backup: "In memory.",
  revision: "In memory.",
};

const MUTANTS: readonly Mutant[] = [
  ...logMutants,
  ...stateMutants,
  ...identityMutants,
  ...listMutants,
  ...rowMutants,
  ...generationMutants,
  ...leaseMutants,
  ...parkMutants,
  ...lifecycleMutants,
  ...transferMutants,
];

/** Where the mutants are written, with the packages that they import within reach. */
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-mutants-"));
  await symlink(PACKAGES, join(folder, "node_modules"), "junction");
});
after(() => rm(folder, { recursive: true }));

/** The reference store with one piece of its source replaced. */
async function mutate({ file, from, to }: Mutant, name: string): Promise<CreateStore> {
  const copy = join(folder, name);
  await cp(MEMORY, copy, { recursive: true, filter: (path) => !path.endsWith(".test.ts") });
  const source = await readFile(join(copy, file), "utf8");
  assert.equal(source.split(from).length, 2, `"${from}" occurs once in ${file}`);
  await writeFile(
    join(copy, file),
    source.replace(from, () => to),
  );
  const module = (await import(pathToFileURL(join(copy, "index.ts")).href)) as {
    memoryStore: typeof memoryStore;
  };
  return async (options) => ({ store: module.memoryStore(options) });
}

/** The name of the first case that fails, or null. */
async function firstFailure(about: string, createStore: CreateStore): Promise<string | null> {
  const cases = storeCases.filter((one) => one.about === about && whyNot(one, CAPABILITIES) === null);
  assert.ok(cases.length > 0, `there are cases about "${about}"`);
  for (const one of cases) {
    const failed = await runStoreCase(one, createStore).then(
      () => false,
      () => true,
    );
    if (failed) return one.name;
  }
  return null;
}

test("the store without a fault fails no case", async () => {
  for (const about of new Set(MUTANTS.map((mutant) => mutant.about)))
    assert.equal(await firstFailure(about, async (options) => ({ store: memoryStore(options) })), null);
});

for (const [at, mutant] of MUTANTS.entries())
  test(`a store that ${mutant.fault} is caught by the cases about ${mutant.about}`, async () => {
    const createStore = await mutate(mutant, `${at}`);
    assert.notEqual(await firstFailure(mutant.about, createStore), null, "no case failed");
  });
