import { Agent } from "node:http";
import type { SeededRandom } from "@plinth/testing";
import type { Fault } from "../bank/fault.ts";
import { type Ledger, nameOf, type Order } from "../bank/ledger.ts";
import { answerOf, FINAL, OPEN, requestOf, send } from "../bank/requests.ts";

/** Clients that send at the same time. */
const CLIENTS = 24;

/** Many clients of one life of the service. They end when it does. */
export class Load {
  readonly faults: Fault[] = [];
  answers = 0;
  readonly #url: string;
  readonly #ledger: Ledger;
  readonly #random: SeededRandom;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  readonly #repeats: Order[];
  readonly #onAnswer: () => void;
  #stopped = false;

  /** First sends what is to be repeated, mixed with what is new. */
  constructor(url: string, ledger: Ledger, random: SeededRandom, repeats: Order[], onAnswer = () => {}) {
    this.#url = url;
    this.#ledger = ledger;
    this.#random = random;
    this.#repeats = repeats;
    this.#onAnswer = onAnswer;
  }

  /** Resolves when all clients have ended: there is nobody to answer them, or they were stopped. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: CLIENTS }, () => this.#client()));
    this.#agent.destroy();
  }

  /** Sends only what has no answer yet, until it has. */
  async repeatAll(): Promise<void> {
    const repeat = async () => {
      for (let order = this.#repeats.shift(); order; order = this.#repeats.shift()) await this.#send(order);
    };
    await Promise.all(Array.from({ length: CLIENTS }, repeat));
    this.#agent.destroy();
  }

  stop(): void {
    this.#stopped = true;
  }

  async #client(): Promise<void> {
    while (!this.#stopped && this.faults.length === 0) {
      const goesOn = this.#random.oneIn(10) ? await this.#read() : await this.#send(this.#next());
      if (!goesOn) return;
    }
  }

  #next(): Order {
    const isRepeat = this.#repeats.length > 0 && this.#random.oneIn(2);
    return (isRepeat && this.#repeats.shift()) || this.#ledger.nextOrder();
  }

  /** False where nobody answers any more. */
  async #send(order: Order): Promise<boolean> {
    const reply = await send(this.#agent, this.#url, requestOf(order));
    if (!reply) return false;
    if (FINAL.has(reply.status)) this.faults.push(...this.#ledger.answered(order, answerOf(reply)));
    else if (!OPEN.has(reply.status))
      this.faults.push({
        promise: "service",
        what: `${nameOf(order)} was answered ${reply.status} ${reply.body}`,
      });
    this.answers += 1;
    this.#onAnswer();
    return true;
  }

  async #read(): Promise<boolean> {
    const account = this.#ledger.anyAccount();
    const ofRow = this.#random.oneIn(2);
    const atLeast = this.#ledger.position;
    const path = ofRow ? `/balances/${account}` : `/accounts/${account}`;
    const headers: Record<string, string> = ofRow ? { "plinth-at-least": String(atLeast) } : {};
    const reply = await send(this.#agent, this.#url, { method: "GET", path, headers, body: "" });
    if (!reply) return false;
    if (reply.status !== 200 && reply.status !== 404) {
      if (!OPEN.has(reply.status))
        this.faults.push({
          promise: "service",
          what: `GET ${path} was answered ${reply.status} ${reply.body}`,
        });
      return true;
    }
    const found = reply.status === 200 ? JSON.parse(reply.body) : null;
    if (ofRow)
      this.#ledger.readings.push({ account, atLeast, version: null, balance: found?.balance ?? null });
    else if (found)
      this.#ledger.readings.push({ account, atLeast, version: found.version, balance: found.state.balance });
    return true;
  }
}
