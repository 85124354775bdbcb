import assert from "node:assert/strict";
import { test } from "node:test";
import type { Parked, Store } from "@plinth/ports";
import { type SeededRandom, seededRandom } from "@plinth/testing";
import {
  type Act,
  courier,
  intercepted,
  ledger,
  note,
  type Posted,
  type Process,
  World,
} from "./world.fixture.ts";

/** How an event misbehaves: so many times before it works, or until a person mends it. */
interface Fault {
  left: number;
  readonly kind: "before it sends" | "between two sends" | "by hanging";
}

const KINDS = ["before it sends", "between two sends", "by hanging"] as const;
const LANES = ["a", "b", "c", "d"];
const REACTOR = "reactor:courier";

/** Hours of trouble in little: processes that die, freeze and stop, handlers that fail, people who decide. */
class Trouble {
  readonly world = new World();
  readonly random: SeededRandom;
  readonly positions = new Map<number, string>();
  readonly faults = new Map<number, Fault>();
  readonly handled = new Set<number>();
  readonly discarded = new Set<number>();
  /** Where a checkpoint has passed an event that was not finished. */
  readonly passed: string[] = [];
  readonly #store: Store;
  readonly #frozen = new Set<Process>();
  #current: Process | null = null;

  constructor(seed: number) {
    this.random = seededRandom(seed);
    this.#store = this.#watched();
  }

  /** Posts events, kills processes and decides on parked events, for so many rounds of half a second. */
  async rage(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      if (this.random.oneIn(3) || !this.#current) await this.#replaceProcess();
      await this.#post(this.random.below(5));
      await this.#decide(false);
      await this.world.clock.advance(this.random.below(1000));
    }
  }

  /** Lets everything come to its end: one process that lives, a person who mends all that is parked. */
  async calm(): Promise<Process> {
    await this.#replaceProcess();
    for (const process of this.#frozen) process.crash();
    for (let round = 0; round < 200 && !(await this.#isDone()); round++) {
      await this.#decide(true);
      await this.world.clock.advance(1000);
    }
    assert.ok(
      await this.#isDone(),
      `It never ends: ${await this.world.parked()}, ${await this.world.positions()}.`,
    );
    return this.#current!;
  }

  async #isDone(): Promise<boolean> {
    const [position] = await this.world.positions();
    return position === (await this.world.store.log.head()) && (await this.world.parks()).length === 0;
  }

  async #post(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const lane = this.random.pick(LANES);
      const isPoison = this.random.oneIn(8);
      const [position] = await this.world.post(`${lane}:${isPoison ? "poison" : "ok"}`);
      this.positions.set(position!, lane);
      if (this.random.oneIn(3))
        this.faults.set(position!, { left: 1 + this.random.below(3), kind: this.random.pick(KINDS) });
    }
  }

  async #replaceProcess(): Promise<void> {
    const before = this.#current;
    if (before && this.random.oneIn(3)) void before.stop();
    else if (before && this.random.oneIn(2)) this.#frozen.add(before);
    else before?.crash();
    this.#current = this.#start();
  }

  /** A process whose store takes its time, and which never learns from a renewal that its lease is gone. */
  #start(): Process {
    const frozen = this.#frozen;
    const lazy = <Port extends object>(port: Port) =>
      intercepted(port, async (method, call) => {
        if (method === "renew" && frozen.has(process)) return new Promise(() => {});
        await this.#pause(4);
        const answer = await call();
        await this.#pause(4);
        return answer;
      });
    const { log, parks, subscriptions } = this.#store;
    const store = { ...this.#store, log: lazy(log), parks: lazy(parks), subscriptions: lazy(subscriptions) };
    const act: Act = (event, context) => this.#act(process, event, context);
    const limits = { unfinishedMax: 2 + this.random.below(6), handlersMax: 1 + this.random.below(4) };
    const retries = { max: 4, minMs: 100, maxMs: 1000 };
    const process: Process = this.world.start(courier(act, { retries, attemptMs: 700 }), { store, limits });
    return process;
  }

  async #act(process: Process, event: Posted, { send }: Parameters<Act>[1]): Promise<void> {
    const { position, data } = event;
    await this.#pause(60);
    const fault = this.faults.get(position);
    const kind = fault && fault.left-- > 0 ? fault.kind : null;
    if (data.what === "poison" || kind === "before it sends") throw new Error("It fails.");
    if (kind === "by hanging") await new Promise(() => {});
    await send(ledger, "record", { id: data.lane, input: { entry: String(position) } });
    if (kind === "between two sends") throw new Error("It fails.");
    await send(note, "write", { input: { text: String(position) } });
    await process.live();
    this.handled.add(position);
  }

  /** A person mends or discards an event that is parked, or all that are; sometimes one that is only behind. */
  async #decide(all: boolean): Promise<void> {
    const { parks } = this.world.store;
    for (const row of await this.world.parks()) {
      if (row.status === "parked" && (all || this.random.oneIn(2)))
        await parks.replay(REACTOR, row.position, mended(row, this));
      else if (!all && this.random.oneIn(20) && !this.handled.has(row.position)) {
        this.discarded.add(row.position);
        await parks.discard(REACTOR, row.position, "Nonsense.", "ann", "2030-01-01T00:00:00.000Z");
      }
    }
  }

  #pause(msMax: number): Promise<void> {
    const ms = this.random.below(msMax);
    return ms === 0 ? Promise.resolve() : new Promise((resolve) => void this.world.clock.after(ms, resolve));
  }

  /** After each write, every event up to the checkpoint has been handled, is parked, or was discarded. */
  #watched(): Store {
    const { store } = this.world;
    const parks = intercepted(store.parks, async (method, call, args) => {
      const answer = await call();
      if (method === "write" && answer === true)
        await this.#check((args[1] as { position: number }).position);
      return answer;
    });
    return { ...store, parks };
  }

  async #check(checkpoint: number): Promise<void> {
    const parked = new Set((await this.world.parks()).map((row) => row.position));
    for (const position of this.positions.keys())
      if (position <= checkpoint && !this.handled.has(position) && !this.discarded.has(position))
        if (!parked.has(position)) this.passed.push(`${checkpoint} has passed ${position}`);
  }
}

function mended({ position }: Parked, { positions }: Trouble): string {
  return JSON.stringify({ lane: positions.get(position), what: "mended" });
}

for (let seed = 1; seed <= 12; seed++)
  test(`whatever happens, every event takes effect once and in order (seed ${seed})`, async () => {
    const trouble = new Trouble(seed);
    await trouble.rage(60);
    const process = await trouble.calm();
    const { world, positions, discarded } = trouble;
    assert.deepEqual(trouble.passed, []);
    assert.ok(positions.size > 80, "There was little trouble.");
    const due = [...positions].filter(([position]) => !discarded.has(position));
    for (const lane of LANES) {
      const entries = (await world.entries(lane)).map(Number);
      assert.equal(
        new Set(entries).size,
        entries.length,
        `A command took effect twice in ${lane}: ${entries}.`,
      );
      const expected = due.filter(([, its]) => its === lane).map(([position]) => position);
      assert.deepEqual(
        entries.filter((position) => !discarded.has(position)),
        expected,
        `Lane ${lane}.`,
      );
    }
    const { events } = await world.store.log.read({ after: 0, limit: 100_000, entities: ["note"] });
    const notes = events.map(({ data }) => Number(JSON.parse(data).text));
    assert.equal(new Set(notes).size, notes.length, "A note was written twice.");
    assert.deepEqual(
      notes.filter((position) => !discarded.has(position)).sort((a, b) => a - b),
      due.map(([position]) => position),
    );
    const stopped = process.stop();
    await world.clock.advance(2000);
    await stopped;
  });
