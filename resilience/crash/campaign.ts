import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { type SeededRandom, seededRandom } from "@plinth/testing";
import { balanceFaults } from "../bank/balances.ts";
import type { Fault, Promised } from "../bank/fault.ts";
import { Ledger, type Order } from "../bank/ledger.ts";
import { parkedFaults, undoneFaults, whatMoves } from "../bank/rest.ts";
import type { Snapshot } from "../bank/snapshot.ts";
import { fault, Verification } from "../bank/verification.ts";
import type { Replacement } from "../replacing.ts";
import { ROOT } from "../served.ts";
import { readFile } from "./file.ts";
import { Life } from "./life.ts";
import { Load } from "./load.ts";
import type { Ending, Subject } from "./subjects.ts";

/** How a campaign is led. */
export interface CampaignOptions {
  readonly subject: Subject;
  readonly kills: number;
  readonly seed: number;
  /** Everything is brought to rest and checked from the beginning after so many kills, and at the end. */
  readonly wholeEvery: number;
  /** What is broken on purpose in the service. */
  readonly replacements?: readonly Replacement[];
  /** Faults that are not looked for. */
  readonly besides?: readonly Promised[];
  readonly print?: (line: string) => void;
}

/** What came out. */
export interface Report {
  readonly kills: number;
  readonly acknowledged: number;
  readonly events: number;
  readonly faults: readonly Fault[];
  /** Where the file is kept; null where there is no fault. */
  readonly folder: string | null;
}

/** The longest that a service lives under load, in milliseconds, where it is killed by time. */
const LOAD_MS = 500;
/** The most answers that it gives, where it is killed by those, */
const ANSWERS_MAX = 400;
/** and the longest that it lives then, in milliseconds. */
const ANSWERS_MS = 1500;
/** Answered commands that are repeated in each life. */
const REPEATS = 40;
/** The longest that everything may take to come to rest, in milliseconds. */
const REST_MS = 45_000;
/** How often it is looked whether it has, in milliseconds. */
const LOOK_MS = 50;
/** Kills that it takes to come to rest, at most: the clerk is killed twice more, over what was parked. */
const REST_KILLS = { reacting: 3, plain: 1 };
/** Kills between two lines of progress. */
const PROGRESS_KILLS = 20;

/** A write-ahead log of a few pages, so that it is taken into the file all the time. */
const SMALL_WAL: Replacement = {
  file: "stores/sqlite/schema.ts",
  from: "PRAGMA wal_autocheckpoint = 8000;",
  to: "PRAGMA wal_autocheckpoint = 30;",
};

/** A clerk who can read everything. */
const GLASSES = { BANK_CLERK: "glasses" };

/** Kills a service again and again, until a fault is found or it has survived all of it. */
export async function campaign(options: CampaignOptions): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-crash-"));
  const crashes = new Campaign(folder, options);
  try {
    await crashes.run();
  } finally {
    await crashes.end();
  }
  const report = crashes.report();
  if (report.faults.length === 0) await rm(folder, { recursive: true, force: true });
  return report;
}

class Campaign {
  readonly #folder: string;
  readonly #options: CampaignOptions;
  readonly #random: SeededRandom;
  readonly #ledger: Ledger;
  readonly #verification: Verification;
  readonly #faults: Fault[] = [];
  #kills = 0;
  /** Commands that a kill has left without an answer, and events that were parked: so far, in all. */
  #unanswered = 0;
  #parked = 0;
  #edition = 0;
  /** How long the last start took, in milliseconds. */
  #startMs = 500;
  readonly #lives = new Set<Life>();

  constructor(folder: string, options: CampaignOptions) {
    const { subject, seed } = options;
    this.#folder = folder;
    this.#options = options;
    this.#random = seededRandom(seed);
    this.#ledger = new Ledger(this.#random, subject.mixture);
    this.#verification = new Verification(
      async (after) => readFile(this.#path, after),
      this.#ledger,
      subject,
    );
  }

  report(): Report {
    const faults = this.#faults;
    return {
      kills: this.#kills,
      acknowledged: this.#ledger.acknowledged,
      events: this.#verification.history.head,
      faults,
      folder: faults.length > 0 ? this.#folder : null,
    };
  }

  async run(): Promise<void> {
    const { kills, wholeEvery, subject } = this.#options;
    const restKills = subject.reacts ? REST_KILLS.reacting : REST_KILLS.plain;
    let wholeAt = Math.min(wholeEvery, kills);
    let printAt = PROGRESS_KILLS;
    while (this.#kills < kills && this.#isFaultless) {
      const isWhole = this.#kills >= wholeAt - restKills;
      if (isWhole) await this.#rest();
      else await this.#live(this.#kills === 0 ? "load" : this.#ending());
      if (isWhole) wholeAt = Math.min(this.#kills + wholeEvery, kills);
      if (this.#kills < printAt && this.#kills < kills) continue;
      this.#print();
      printAt = this.#kills + PROGRESS_KILLS;
    }
  }

  /** Ends what still runs. */
  async end(): Promise<void> {
    for (const life of this.#lives) await life.kill();
  }

  get #path(): string {
    return join(this.#folder, "app.db");
  }

  get #isFaultless(): boolean {
    return this.#faults.length === 0;
  }

  #note(faults: readonly Fault[]): void {
    const { besides = [] } = this.#options;
    this.#faults.push(...faults.filter(({ promise }) => !besides.includes(promise)));
  }

  #print(): void {
    const { acknowledged } = this.#ledger;
    const count = (value: number) => value.toLocaleString("en");
    this.#options.print?.(
      `kill ${this.#kills} of ${this.#options.kills}: ${count(acknowledged)} commands acknowledged, ` +
        `${count(this.#unanswered)} unanswered, ${count(this.#parked)} parked, ${this.#faults.length} faults`,
    );
  }

  #ending(): Ending {
    const parts = Object.entries(this.#options.subject.endings) as [Ending, number][];
    return this.#random.pick(parts.flatMap(([ending, times]) => Array.from({ length: times }, () => ending)));
  }

  /** One life, from its start to its end, and what it has left; or that of a pair that share the file. */
  async #live(ending: Ending): Promise<void> {
    if (ending === "rebuild") this.#edition += 1;
    const repeats = ending === "start" ? [] : this.#shuffled(this.#ledger.nextLife(REPEATS));
    const lives = Array.from({ length: ending === "pair" ? 2 : 1 }, () =>
      this.#start(ending === "checkpoint" ? [SMALL_WAL] : []),
    );
    const parts = lives.map((_, at) => repeats.filter((_, place) => place % lives.length === at));
    if (ending === "start") await wait(this.#random.below(Math.ceil(this.#startMs * 1.2)));
    else await Promise.all(lives.map((life, at) => this.#load(life, parts[at]!)));
    await this.#kill();
    await this.#check();
  }

  #start(replacements: readonly Replacement[] = [], variables: Record<string, string> = {}): Life {
    const life = new Life({
      operand: this.#options.subject.operand,
      path: this.#path,
      replacements: [...replacements, ...(this.#options.replacements ?? [])],
      variables: { BANK_EDITION: String(this.#edition), ...variables },
    });
    this.#lives.add(life);
    return life;
  }

  /** Loads it for a random time, or until it has given a random number of answers. */
  async #load(life: Life, repeats: Order[]): Promise<void> {
    const began = performance.now();
    const url = await life.url();
    if (url === null) return;
    this.#startMs = performance.now() - began;
    const byAnswers = this.#random.oneIn(2);
    const answersMax = byAnswers ? 1 + this.#random.below(ANSWERS_MAX) : Number.POSITIVE_INFINITY;
    const load = new Load(url, this.#ledger, this.#random, repeats, () => {
      if (load.answers === answersMax) void life.kill();
    });
    const done = load.run();
    await Promise.race([wait(byAnswers ? ANSWERS_MS : this.#random.below(LOAD_MS)), done]);
    await life.kill();
    await done;
    this.#note(load.faults);
  }

  #shuffled(orders: readonly Order[]): Order[] {
    return orders
      .map((order) => ({ order, at: this.#random.next() }))
      .sort((one, other) => one.at - other.at)
      .map(({ order }) => order);
  }

  /** Ends all that live, where they have not been ended yet. */
  async #kill(): Promise<void> {
    for (const life of this.#lives) {
      await life.kill();
      this.#note(life.faults);
      this.#kills += 1;
    }
    this.#lives.clear();
    this.#unanswered += this.#ledger.unanswered.size;
  }

  async #check(): Promise<void> {
    if (!this.#isFaultless) return;
    const { history } = this.#verification;
    this.#note((await this.#verification.check()).faults);
    this.#note(balanceFaults(this.#ledger.orders, history, false));
  }

  /**
   * Brings everything to rest: all is answered, every view and reactor has reached the end of the log. What is parked is
   * then handed back to a clerk who can read it, who is killed over it; and in the end all is done, and done once.
   */
  async #rest(): Promise<void> {
    const before = await this.#settle();
    if (!before) return;
    this.#parked += before.parked.length;
    if (this.#options.subject.reacts) this.#note(parkedFaults(before.parked, this.#verification.history));
    await this.#kill();
    if (before.parked.length > 0 && this.#isFaultless) await this.#replay();
    if (!this.#isFaultless) return;
    this.#note(await this.#verification.checkWhole());
    this.#note(balanceFaults(this.#ledger.orders, this.#verification.history, true));
  }

  /** Sends what was not answered, and waits. Null, with a fault, where it does not come to rest. */
  async #settle(variables: Record<string, string> = {}): Promise<Snapshot | null> {
    const url = await this.#start([], variables).url();
    if (url !== null) {
      const load = new Load(url, this.#ledger, this.#random, this.#ledger.nextLife(5 * REPEATS));
      await load.repeatAll();
      this.#note(load.faults);
      const snapshot = await this.#atRest();
      if (this.#isFaultless) return snapshot;
    }
    await this.#kill();
    return null;
  }

  async #atRest(): Promise<Snapshot | null> {
    const { subject } = this.#options;
    for (const end = performance.now() + REST_MS; ; await wait(LOOK_MS)) {
      const { faults, snapshot } = await this.#verification.check();
      this.#note(faults);
      if (!this.#isFaultless) return null;
      const moving = whatMoves(subject, this.#verification.history, snapshot);
      if (!moving) return snapshot;
      if (performance.now() > end) this.#note([fault("service", `It does not come to rest: ${moving}`)]);
    }
  }

  /** The clerk who has got his parked events back is killed over them, and then he is left alone. */
  async #replay(): Promise<void> {
    const url = await this.#start([], GLASSES).url();
    if (url !== null) {
      const words = ["park", "replay", "clerk", "--all", "--store", `sqlite:${this.#path}`];
      await promisify(execFile)(join(ROOT, "node_modules/.bin/plinth"), words, { cwd: ROOT });
      await wait(this.#random.below(LOAD_MS));
    }
    await this.#kill();
    await this.#check();
    if (!this.#isFaultless) return;
    const after = await this.#settle(GLASSES);
    if (!after) return;
    this.#note(undoneFaults(after.parked, this.#verification.history));
    await this.#kill();
  }
}
