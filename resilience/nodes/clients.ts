import { Agent } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { SeededRandom } from "@plinth/testing";
import type { Fault } from "../bank/fault.ts";
import { isAccepted, type Ledger, nameOf, type Order } from "../bank/ledger.ts";
import { answerOf, FINAL, OPEN, type Reply, type Request, requestOf, send } from "../bank/requests.ts";
import type { Operation } from "./operation.ts";

/** Clients that ask at the same time. */
const SESSIONS = 16;
/** The longest that a client waits for one answer before it asks another node, in milliseconds. */
const ANSWER_MS = 4000;
/** The longest that it waits between two questions, and between two attempts, in milliseconds. */
const PAUSE_MS = 12;
const RETRY_MS = 150;
/** The longest that a command may be without an answer after everything is in order again, in milliseconds. */
const PATIENCE_MS = 40_000;

/** A client, with the highest position that it was told of: what it reads has to have reached that. */
interface Session {
  readonly number: number;
  atLeast: number;
}

/** Many clients, each of which does one thing after another through any node, and keeps what it was told. */
export class Clients {
  readonly operations: Operation[] = [];
  readonly faults: Fault[] = [];
  /** When commands were acknowledged first, of `performance.now()`. */
  readonly acknowledged: number[] = [];
  readonly #urls: readonly string[];
  readonly #ledger: Ledger;
  readonly #random: SeededRandom;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #impatience = new AbortController();
  #stopped = false;
  #done: Promise<unknown> = Promise.resolve();

  constructor(urls: readonly string[], ledger: Ledger, random: SeededRandom) {
    this.#urls = urls;
    this.#ledger = ledger;
    this.#random = random;
  }

  start(): void {
    this.#stopped = false;
    const sessions = Array.from({ length: SESSIONS }, (_, number) => ({ number, atLeast: 0 }));
    this.#done = Promise.all(sessions.map((session) => this.#run(session)));
  }

  /** Resolves when every client has its last answer. A command that has none by then is a fault. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const timer = setTimeout(() => this.#impatience.abort(), PATIENCE_MS);
    await this.#done;
    clearTimeout(timer);
  }

  end(): void {
    this.#stopped = true;
    this.#impatience.abort();
    this.#agent.destroy();
  }

  async #run(session: Session): Promise<void> {
    while (!this.#stopped) {
      const dice = this.#random.below(20);
      if (dice < 4) await this.#readEntity(session);
      else if (dice < 7) await this.#readRow(session);
      else if (dice < 8 && this.#ledger.acknowledged > 0) await this.#repeat();
      else await this.#command(session, this.#ledger.nextOrder());
      await wait(this.#random.below(PAUSE_MS));
    }
  }

  /** Sends it to one node or two at a time, again and again, until there is an answer that is final. */
  async #command(session: Session, order: Order): Promise<void> {
    const began = performance.now();
    for (;;) {
      const urls = this.#random.oneIn(20) ? [this.#anyUrl(), this.#anyUrl()] : [this.#anyUrl()];
      const replies = await Promise.all(urls.map((url) => this.#send(url, requestOf(order))));
      const ended = performance.now();
      const isFirst = order.answer === null;
      if (this.#take(order, replies)) return void (isFirst && this.#note(session, order, began, ended));
      if (this.#impatience.signal.aborted)
        return void this.faults.push({ promise: "service", what: `${nameOf(order)} got no answer` });
      await wait(this.#random.below(RETRY_MS));
    }
  }

  /** What was answered is answered again, by any node. */
  async #repeat(): Promise<void> {
    const order = this.#ledger.anyAnswered();
    this.#take(order, [await this.#send(this.#anyUrl(), requestOf(order))]);
  }

  /** Whether one of the answers is final. */
  #take(order: Order, replies: readonly (Reply | null)[]): boolean {
    for (const reply of replies) {
      if (!reply || OPEN.has(reply.status)) continue;
      if (FINAL.has(reply.status)) this.faults.push(...this.#ledger.answered(order, answerOf(reply)));
      else this.#unexpected(nameOf(order), reply);
    }
    return replies.some((reply) => reply && FINAL.has(reply.status));
  }

  #note(session: Session, order: Order, began: number, ended: number): void {
    const { account } = order;
    const answer = order.answer!;
    const times = { session: session.number, account, began, ended, atLeast: 0 };
    const key = `order-${order.amount}`;
    const inRow = order.kind !== "rent";
    if (isAccepted(answer)) {
      this.acknowledged.push(ended);
      const { version, position, state } = JSON.parse(answer.body);
      session.atLeast = Math.max(session.atLeast, position);
      this.operations.push({
        kind: "command",
        key,
        version,
        position,
        balance: state.balance,
        ...times,
        inRow,
      });
    }
    const [, balance] = /^insufficient_funds: The account holds (-?\d+)\.$/.exec(answer.body) ?? [];
    if (balance !== undefined)
      this.operations.push({
        ...{ kind: "refusal", key, version: null, position: null, balance: Number(balance) },
        ...times,
        inRow: false,
      });
  }

  async #readEntity({ number }: Session): Promise<void> {
    const account = this.#ledger.anyAccount();
    const began = performance.now();
    const reply = await this.#get(`/accounts/${account}`, 0);
    if (!reply) return;
    const { version, state } = reply.status === 200 ? JSON.parse(reply.body) : { version: 0, state: null };
    const balance = state?.balance ?? null;
    const times = { session: number, account, began, ended: performance.now(), atLeast: 0, inRow: false };
    this.operations.push({ kind: "read", key: null, version, position: null, balance, ...times });
    if (version > 0) this.#ledger.readings.push({ account, atLeast: 0, version, balance });
  }

  /** Of what the client itself has been told, and sometimes of the last that anyone was. */
  async #readRow(session: Session): Promise<void> {
    const account = this.#ledger.anyAccount();
    if (this.#random.oneIn(4)) session.atLeast = Math.max(session.atLeast, this.#ledger.position);
    const { atLeast } = session;
    const began = performance.now();
    const reply = await this.#get(`/balances/${account}`, atLeast);
    if (!reply) return;
    const { position } = reply;
    const balance = reply.status === 200 ? JSON.parse(reply.body).balance : null;
    const times = {
      session: session.number,
      account,
      began,
      ended: performance.now(),
      atLeast,
      inRow: false,
    };
    this.operations.push({ kind: "row", key: null, version: null, position, balance, ...times });
    this.#ledger.readings.push({ account, atLeast, version: null, balance });
    session.atLeast = Math.max(atLeast, position ?? 0);
  }

  /** Null where there is no answer to learn from. */
  async #get(path: string, atLeast: number): Promise<Reply | null> {
    const headers: Record<string, string> = atLeast > 0 ? { "plinth-at-least": String(atLeast) } : {};
    const reply = await this.#send(this.#anyUrl(), { method: "GET", path, headers, body: "" });
    if (!reply || OPEN.has(reply.status)) return null;
    if (reply.status === 200 || reply.status === 404) return reply;
    this.#unexpected(`GET ${path}`, reply);
    return null;
  }

  #send(url: string, request: Request): Promise<Reply | null> {
    return send(this.#agent, url, request, AbortSignal.timeout(ANSWER_MS));
  }

  #anyUrl(): string {
    return this.#random.pick(this.#urls);
  }

  #unexpected(what: string, { status, body }: Reply): void {
    this.faults.push({ promise: "service", what: `${what} was answered ${status} ${body}` });
  }
}
