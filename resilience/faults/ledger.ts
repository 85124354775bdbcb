import assert from "node:assert/strict";
import { Agent, get } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

/** Clients that write, and the accounts that they write to in turn. */
const CLIENTS = 8;
const ACCOUNTS = 20;
/** What a client waits between two requests: a modest load, some hundreds a second. */
const PAUSE_MS = 15;
/** What a client waits after a 503, instead of the second that it is told: the test has no time. */
const RETRY_MS = 100;
/** Far below the deadline of a request, which is 30 s: no answer may take as long. */
export const ANSWER_MAX_MS = 10_000;

/** The load of some seconds does not take longer. */
const MORE_MAX_MS = 60_000;

/** A problem document (RFC 9457). */
export interface Problem {
  readonly code: string;
  readonly detail: string;
}

/**
 * Clients that deposit 1 again and again, each deposit under a key of its own, repeated until it is acknowledged; and one
 * that reads. What was acknowledged stands in here, and so does every answer that was a refusal.
 */
export class Ledger {
  /** Position of each acknowledged deposit, by its key. */
  readonly acknowledged = new Map<string, number>();
  /** What clients were told instead, by its detail: how often. */
  readonly refused = new Map<string, number>();
  /** How often reads were answered with which status: `balances 200`. */
  readonly reads = new Map<string, number>();
  slowestMs = 0;
  #url: string;
  #running: Promise<unknown> = Promise.resolve();
  #stopping = false;
  #abandoned = false;
  #count = 0;

  constructor(url: string) {
    this.#url = url;
  }

  /** Where the service listens now. */
  moved(url: string): void {
    this.#url = url;
  }

  start(): void {
    this.#stopping = false;
    const clients = Array.from({ length: CLIENTS }, () => this.#client());
    this.#running = Promise.all([...clients, this.#reader()]);
    this.#running.catch(() => {});
  }

  /** Resolves when each deposit that was begun is acknowledged. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  /** Leaves what is not acknowledged. */
  abandon(): void {
    this.#stopping = true;
    this.#abandoned = true;
  }

  /** Resolves when so many more deposits are acknowledged. */
  async more(count: number): Promise<void> {
    const enough = this.acknowledged.size + count;
    const end = performance.now() + MORE_MAX_MS;
    while (this.acknowledged.size < enough) {
      assert.ok(performance.now() < end, `only ${this.acknowledged.size} of ${enough} are acknowledged`);
      await wait(20);
    }
  }

  /** How many refusals there were. */
  get refusals(): number {
    return [...this.refused.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Deposits once; the answer's body where it was acknowledged, null where it was refused or nobody answers. */
  async deposit(key: string): Promise<{ position: number } | null> {
    const began = performance.now();
    const response = await this.#ask(`accounts/${accountOf(key)}/deposit`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key },
      body: '{"amount":1}',
    });
    if (!response) return null;
    const body = (await response.json()) as { position: number } & Problem;
    this.slowestMs = Math.max(this.slowestMs, performance.now() - began);
    if (response.ok) return body;
    checkRefusal(response, body);
    this.refused.set(body.detail, (this.refused.get(body.detail) ?? 0) + 1);
    return null;
  }

  /**
   * Every acknowledged deposit is there, once, in the entity and in the view: the balances add up to their number, and
   * each has a position of its own.
   */
  async audit(): Promise<void> {
    const keys = [...this.acknowledged.keys()];
    assert.equal(new Set(this.acknowledged.values()).size, keys.length, "each has a position of its own");
    const atLeast = Math.max(0, ...this.acknowledged.values());
    for (let account = 0; account < ACCOUNTS; account++) {
      const count = keys.filter((key) => accountOf(key) === account).length;
      if (count > 0) assert.deepEqual(await this.#balances(account, atLeast), [count, count], `${account}`);
    }
  }

  async #client(): Promise<void> {
    let before = 0;
    while (!this.#stopping) {
      const key = `deposit-${this.#count++}`;
      while (!this.#abandoned) {
        const answer = await this.deposit(key);
        if (answer) {
          assert.ok(answer.position > before, "what is sent after an answer comes behind it");
          before = answer.position;
          this.acknowledged.set(key, answer.position);
          break;
        }
        await wait(RETRY_MS);
      }
      await wait(PAUSE_MS);
    }
  }

  /** Another client, which has written nothing: it need not wait for what others have. */
  async #reader(): Promise<void> {
    const agent = new Agent({ keepAlive: true });
    for (let turn = 0; !this.#stopping; turn++) {
      const account = turn % ACCOUNTS;
      const paths = {
        accounts: `accounts/${account}`,
        balances: `balances/${account}`,
        list: "balances?limit=5",
      };
      for (const [name, path] of Object.entries(paths)) {
        const read = `${name} ${await statusOf(`${this.#url}/${path}`, agent)}`;
        this.reads.set(read, (this.reads.get(read) ?? 0) + 1);
      }
      await wait(PAUSE_MS);
    }
    agent.destroy();
  }

  /** Null where the service is gone, or goes on the way. */
  async #ask(path: string, init: RequestInit = {}): Promise<Response | null> {
    try {
      const response = await fetch(`${this.#url}/${path}`, init);
      const { status, headers } = response;
      return new Response(await response.text(), { status, headers });
    } catch {
      return null;
    }
  }

  async #balances(account: number, atLeast: number): Promise<number[]> {
    const headers = { "plinth-at-least": String(atLeast), prefer: "wait=20" };
    const entity = await (await fetch(`${this.#url}/accounts/${account}`, { headers })).json();
    const row = await (await fetch(`${this.#url}/balances/${account}`, { headers })).json();
    return [(entity as { state: { balance: number } }).state?.balance, (row as { balance: number }).balance];
  }
}

/** 0 where nobody answers. */
function statusOf(url: string, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    const request = get(url, { agent }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    });
    request.on("error", () => resolve(0));
  });
}

function accountOf(key: string): number {
  return Number(key.split("-")[1]) % ACCOUNTS;
}

/** What a client sees of a fault: 503 `unavailable`, when to come back, words that help, and nothing of the inside. */
function checkRefusal(response: Response, { code, detail }: Problem): void {
  assert.equal(response.status, 503, detail);
  assert.equal(code, "unavailable");
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.match(response.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
  assert.doesNotMatch(detail, /node:|\.ts\b|\n| at /, "no stack trace");
}
