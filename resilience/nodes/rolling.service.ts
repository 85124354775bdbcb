import assert from "node:assert/strict";
import { it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { noPostgres } from "../../servers/postgres.ts";
import { query } from "./tables.ts";
import { Trial } from "./trial.ts";

const skip = noPostgres("system");

/** The longest that a changed view may take to be built, in milliseconds. */
const BUILD_MS = 30_000;

const BUILDS = "SELECT generation, status FROM plinth.generations WHERE view = 'totals' ORDER BY generation";

/** What a version of the bank is run with: another edition is another definition of a view. */
const edition = (number: number) => ({ variables: { BANK_EDITION: String(number) } });

it("two versions serve side by side while a changed view is built, and nothing is lost", {
  skip,
}, async (t) => {
  const trial = await Trial.begin(t, { program: () => edition(0) });
  await trial.load(3000);
  const reader = new Reader(trial);
  const reading = reader.run();
  for (const [at, node] of trial.nodes.entries()) {
    await node.stop();
    await node.start(edition(1));
    await trial.load(3000);
    const served = trial.nodes.map(({ name, url }) => `${name} ${reader.answers.get(url) ?? 0}`).join(", ");
    trial.say(`${at + 1} of ${trial.nodes.length} nodes are new; answers from the changed view: ${served}`);
    if (at === 0) await built(trial);
  }
  reader.stop();
  await reading;
  assert.deepEqual(reader.faults, []);
  for (const { url } of trial.nodes)
    assert.ok((reader.answers.get(url) ?? 0) > 10, "It served all the time.");
  await trial.end();
});

/** Resolves when the second build answers; by the first new node, while the old ones serve. */
async function built(trial: Trial): Promise<void> {
  const began = performance.now();
  for (;;) {
    const builds = await query(trial.url, (all) => all<{ generation: number; status: string }>(BUILDS));
    const ms = Math.round(performance.now() - began);
    if (builds.some(({ generation, status }) => generation === 2 && status === "live"))
      return trial.say(`the changed view was built and switched to after ${ms} ms more`);
    assert.ok(ms < BUILD_MS, `after ${ms} ms there is ${JSON.stringify(builds)}`);
    await wait(100);
  }
}

/** Reads sums of the changed view from every node that is up: they never go back, whoever builds them. */
class Reader {
  readonly answers = new Map<string, number>();
  readonly faults: string[] = [];
  readonly #trial: Trial;
  #stopped = false;

  constructor(trial: Trial) {
    this.#trial = trial;
  }

  async run(): Promise<void> {
    let events = 0;
    while (!this.#stopped)
      for (const node of this.#trial.nodes) {
        const { position } = this.#trial.ledger;
        const found = await this.#read(node.url, position);
        if (found === null) continue;
        if (found < events) this.faults.push(`node ${node.name} tells of ${found} events after ${events}`);
        events = found;
        this.answers.set(node.url, (this.answers.get(node.url) ?? 0) + 1);
        await wait(30);
      }
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Null where the node is being restarted. */
  async #read(url: string, position: number): Promise<number | null> {
    const headers = { "plinth-at-least": String(position), connection: "close" };
    const response = await fetch(`${url}/totals/branch%201`, { headers }).catch(() => null);
    if (!response) return null;
    const body = await response.text();
    if (response.status === 200) return JSON.parse(body).events;
    if (response.status !== 503) this.faults.push(`${url} answered ${response.status} ${body}`);
    return null;
  }
}
