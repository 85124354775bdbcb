import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { seededRandom } from "@plinth/testing";
import { type PostgresServer, type PostgresSettings, startPostgres } from "../../servers/postgres.ts";
import { balanceFaults } from "../bank/balances.ts";
import { type Fault, show } from "../bank/fault.ts";
import { BANK_VIEWS, type Promising } from "../bank/folds.ts";
import { Ledger, type Mixture } from "../bank/ledger.ts";
import { parkedFaults, whatMoves } from "../bank/rest.ts";
import { Verification } from "../bank/verification.ts";
import { check } from "./checker.ts";
import { Clients } from "./clients.ts";
import { Node, type Program } from "./node.ts";
import { type LeaseRow, readActivity, readLeases, readTables } from "./tables.ts";

/** How long a node may be silent before others take over, in milliseconds; and the most that they may take to. */
export const LEASE_MS = 10_000;
export const TAKEOVER_MS = LEASE_MS + 2000;

const MIXTURE: Mixture = { deposit: 46, withdraw: 25, transfer: 23, rent: 6, close: 0 };
const BANK: Promising = { views: BANK_VIEWS, reacts: true };

/** The longest that everything may take to come to rest, in milliseconds. */
const REST_MS = 60_000;

export interface TrialOptions {
  readonly nodes?: number;
  readonly server?: PostgresSettings;
  /** What each node runs, by its name. */
  readonly program?: (name: string) => Program;
}

/** A service on some nodes and one PostgreSQL, under load, while something happens to it. */
export class Trial {
  server: PostgresServer;
  readonly nodes: readonly Node[];
  readonly clients: Clients;
  readonly ledger: Ledger;
  /** Of the database itself, past every proxy. */
  url: string;
  readonly seed: number;
  readonly #verification: Verification;
  readonly #began = performance.now();

  private constructor(server: PostgresServer, url: string, nodes: readonly Node[], seed: number) {
    const random = seededRandom(seed);
    this.server = server;
    this.url = url;
    this.nodes = nodes;
    this.seed = seed;
    this.ledger = new Ledger(random, MIXTURE);
    const urls = nodes.map((node) => node.url);
    this.clients = new Clients(urls, this.ledger, random);
    this.#verification = new Verification((after) => readTables(this.url, after), this.ledger, BANK);
  }

  /** Starts the server, the nodes and the load. All of it ends with the test. */
  static async begin(t: TestContext, options: TrialOptions = {}): Promise<Trial> {
    const server = await startPostgres("system", options.server);
    const url = await server.createDatabase();
    const names = ["a", "b", "c", "d", "e"].slice(0, options.nodes ?? 3);
    const nodes = await Promise.all(names.map((name) => Node.create(name, url)));
    const trial = new Trial(server, url, nodes, Number(process.env.NODES_SEED ?? Date.now() % 1e6));
    t.after(() => trial.#remove());
    await Promise.all(nodes.map((node) => node.start(options.program?.(node.name))));
    trial.say(`PostgreSQL ${server.version}, ${nodes.length} nodes, NODES_SEED=${trial.seed}`);
    trial.clients.start();
    return trial;
  }

  /** From the outside inwards, so that nobody connects to what is no longer there. */
  async #remove(): Promise<void> {
    this.clients.end();
    await Promise.all(this.nodes.map((node) => node.remove()));
    await this.server.remove();
  }

  say(line: string): void {
    console.log(`${((performance.now() - this.#began) / 1000).toFixed(1)} s: ${line}`);
  }

  /** Commands a second that were acknowledged since a time of `performance.now()`. */
  speedSince(since: number): number {
    const count = this.clients.acknowledged.filter((at) => at >= since).length;
    return Math.round((count * 1000) / (performance.now() - since));
  }

  /** The longest time without an acknowledgement since a time, in milliseconds. */
  silenceSince(since: number): number {
    const times = [since, ...this.clients.acknowledged.filter((at) => at >= since), performance.now()];
    return Math.round(Math.max(...times.slice(1).map((at, index) => at - times[index]!)));
  }

  /** From now on the database is another, with the same in it; no node may run. The former server is removed. */
  async move(server: PostgresServer, url: string): Promise<void> {
    const before = this.server;
    this.server = server;
    this.url = url;
    await Promise.all(this.nodes.map((node) => node.move(url)));
    await before.remove();
  }

  /** The leases that a node holds, or another who is meant. */
  async leasesOf(pid: number): Promise<LeaseRow[]> {
    return (await readLeases(this.url)).filter(({ owner }) => pidOf(owner) === pid);
  }

  /** The node that holds most leases: who has something to lose. */
  async busiest(): Promise<Node> {
    const leases = await readLeases(this.url);
    const count = ({ isUp, pid }: Node) =>
      isUp ? leases.filter(({ owner }) => pidOf(owner) === pid).length : -1;
    const up = this.nodes.filter(({ isUp }) => isUp);
    return up.reduce((most, node) => (count(node) > count(most) ? node : most));
  }

  /** Resolves when others hold all of these leases, to how long that took in milliseconds. */
  async takenOver(leases: readonly LeaseRow[], maxMs: number, since = performance.now()): Promise<number> {
    for (;;) {
      const now = await readLeases(this.url);
      const left = leases.filter((lease) => !now.some((row) => isSuccessor(row, lease)));
      const ms = Math.round(performance.now() - since);
      if (left.length === 0) return ms;
      if (ms >= maxMs)
        assert.fail(
          `${left.map(nameOf).join(", ")} has nobody else after ${ms} ms\n${await readActivity(this.url)}`,
        );
      await wait(50);
    }
  }

  /** Lets the load go on for a while. */
  async load(ms: number): Promise<void> {
    await wait(ms);
    this.#assertFaultless(this.clients.faults);
  }

  /** Stops the load, brings everything to rest, and holds all of it to what was promised. */
  async end(): Promise<void> {
    await this.clients.stop();
    this.#assertFaultless(this.clients.faults);
    await this.#rest();
    const { operations } = this.clients;
    const { history } = this.#verification;
    this.#assertFaultless([
      ...this.#historyFaults(),
      ...(await this.#verification.checkWhole()),
      ...balanceFaults(this.ledger.orders, history, true),
    ]);
    const count = (wanted: string) => operations.filter(({ kind }) => kind === wanted).length;
    this.say(
      `in order: ${count("command")} commands, ${count("refusal")} refusals, ${count("read")} reads, ` +
        `${count("row")} rows, ${history.head} events`,
    );
  }

  /** Stops the load, and tells only what clients have been told that they should not have been. */
  async found(): Promise<{ repeats: readonly Fault[]; history: readonly Fault[] }> {
    await this.clients.stop();
    await this.#verification.check();
    return { repeats: this.clients.faults, history: this.#historyFaults() };
  }

  #historyFaults(): Fault[] {
    const balances = new Map(
      [...this.#verification.history.accounts].map(([account, passages]) => [
        account,
        passages.map(({ balance }) => balance),
      ]),
    );
    return check(this.clients.operations, (account) => balances.get(account) ?? []);
  }

  async #rest(): Promise<void> {
    for (const end = performance.now() + REST_MS; ; await wait(200)) {
      const { faults, snapshot } = await this.#verification.check();
      this.#assertFaultless(faults);
      const { history } = this.#verification;
      const moving = whatMoves(BANK, history, snapshot);
      if (!moving) return this.#assertFaultless(parkedFaults(snapshot.parked, history));
      assert.ok(performance.now() < end, `It does not come to rest: ${moving}`);
    }
  }

  #assertFaultless(faults: readonly Fault[]): void {
    assert.ok(faults.length === 0, `NODES_SEED=${this.seed}: ${faults.length} faults\n${show(faults)}`);
  }
}

/** The process of an owner, `place/pid/id`. */
export function pidOf(owner: string | null): number | null {
  return owner === null ? null : Number(owner.split("/")[1]);
}

function isSuccessor(row: LeaseRow, lease: LeaseRow): boolean {
  return (
    row.subscription === lease.subscription &&
    row.shard === lease.shard &&
    row.owner !== null &&
    row.owner !== lease.owner &&
    row.lasts
  );
}

function nameOf({ subscription, shard }: LeaseRow): string {
  return `${subscription}/${shard}`;
}
