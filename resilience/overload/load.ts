import { connect, type Socket } from "node:net";
import { cut } from "./answers.ts";

/** Requests to offer. */
export interface Load {
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
  /** Accounts that commands go to, in turn. */
  readonly accounts: number;
  /** Requests a second, whether or not there are answers; null: each connection sends its next after an answer. */
  readonly rate: number | null;
}

/** What came of them. Times are milliseconds from when a request was due. */
export interface Outcome {
  readonly offered: number;
  /** Answered 2xx. */
  readonly accepted: number;
  /** Answered 503 as it should be. */
  readonly shed: number;
  /** What was due and could not be sent, since every connection was full of requests that waited for their answers. */
  readonly unsent: number;
  /** Connections that ended, and requests that were not answered, or with something else; in words. */
  readonly faults: readonly string[];
  readonly p50: number;
  /** Of those due after the first seconds. */
  readonly p99: number;
  /** Of those accepted that were due in the first seconds, and of those that were shed. */
  readonly firstP99: number;
  readonly shedP99: number;
}

const BODY = '{"amount":1}';
const deposit = (account: number): string =>
  `POST /accounts/account-${account}/deposit HTTP/1.1\r\nHost: load\r\nContent-Type: application/json\r\n` +
  `Content-Length: ${BODY.length}\r\n\r\n${BODY}`;
/** How long answers are waited for after the last request, in milliseconds. */
const LAST_MS = 10_000;
/** How long a service may take to learn how much it can do, in milliseconds. */
export const FIRST_MS = 2000;
/** Most requests sent ahead on one connection. */
const AHEAD_MAX = 8;

type OnAnswer = (lane: Lane, due: number, status: number, isShed: boolean) => void;

/** A connection, with what it has sent and not heard of. */
class Lane {
  readonly socket: Socket;
  /** When each was due. */
  readonly sent: number[] = [];
  #received: Buffer = Buffer.alloc(0);
  readonly #onAnswer: OnAnswer;

  constructor(socket: Socket, onAnswer: OnAnswer) {
    this.socket = socket;
    this.#onAnswer = onAnswer;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
  }

  #take(chunk: Buffer): void {
    const bytes = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    let at = 0;
    for (let answer = cut(bytes, at); answer; answer = at < bytes.length ? cut(bytes, at) : null) {
      at = answer.end;
      this.#onAnswer(this, this.sent.shift()!, answer.status, answer.isShed);
    }
    this.#received = bytes.subarray(at);
  }
}

/** Offers a load and counts what comes of it. */
class Driver {
  readonly #load: Load;
  readonly #lanes: Lane[] = [];
  readonly #free: Lane[] = [];
  readonly #accepted: number[] = [];
  readonly #first: number[] = [];
  readonly #shed: number[] = [];
  #unsent = 0;
  readonly #faults = new Map<string, number>();
  #offered = 0;
  #waiting = 0;
  #closing = false;
  #learnt = 0;
  #ends = 0;

  constructor(load: Load) {
    this.#load = load;
  }

  async run(): Promise<Outcome> {
    for (let at = 0; at < this.#load.connections; at += 100)
      await Promise.all(
        Array.from({ length: Math.min(100, this.#load.connections - at) }, () => this.#connect()),
      );
    const start = performance.now();
    this.#learnt = this.#load.rate === null ? 0 : start + FIRST_MS;
    this.#ends = start + 1000 * this.#load.seconds;
    if (this.#load.rate === null) for (const lane of this.#free.splice(0)) this.#send(lane, start);
    else await this.#offer(start, this.#load.rate);
    while (performance.now() < this.#ends || (this.#waiting > 0 && performance.now() < this.#ends + LAST_MS))
      await pause(5);
    this.#closing = true;
    for (const { socket } of this.#lanes) socket.destroy();
    if (this.#waiting > 0) this.#fault("not answered", this.#waiting);
    return this.#outcome();
  }

  /** Arrivals are on time whatever the server does: what is due is sent, on a connection that waits for nothing first. */
  async #offer(start: number, rate: number): Promise<void> {
    for (let now = start; now < this.#ends; now = performance.now()) {
      const due = Math.floor(((now - start) * rate) / 1000);
      while (this.#offered < due) this.#arrive(start + (this.#offered * 1000) / rate);
      await pause(1);
    }
  }

  #arrive(due: number): void {
    const lane = this.#free.shift() ?? this.#lanes[(this.#offered * 7919) % this.#lanes.length]!;
    if (lane.sent.length < AHEAD_MAX) this.#send(lane, due);
    else {
      this.#offered++;
      this.#unsent++;
    }
  }

  #send(lane: Lane, due: number): void {
    lane.sent.push(due);
    lane.socket.write(deposit(this.#offered % this.#load.accounts));
    this.#offered++;
    this.#waiting++;
  }

  #answered(lane: Lane, due: number, status: number, isShed: boolean): void {
    const now = performance.now();
    this.#waiting--;
    if (status === 200) (due < this.#learnt ? this.#first : this.#accepted).push(now - due);
    else if (isShed) this.#shed.push(now - due);
    else this.#fault(`answered ${status}`);
    if (lane.sent.length > 0) return;
    if (this.#load.rate !== null) this.#free.push(lane);
    else if (now < this.#ends) this.#send(lane, now);
  }

  #connect(): Promise<void> {
    const { hostname, port } = new URL(this.#load.url);
    const socket = connect({ host: hostname, port: Number(port) });
    const lane = new Lane(socket, (...told) => this.#answered(...told));
    this.#lanes.push(lane);
    return new Promise((resolve) => {
      socket.on("connect", () => {
        this.#free.push(lane);
        resolve();
      });
      socket.on("error", (error: NodeJS.ErrnoException) => {
        this.#fault(error.code ?? error.message);
        resolve();
      });
      socket.on("end", () => this.#closing || this.#fault("closed"));
    });
  }

  #fault(what: string, times = 1): void {
    this.#faults.set(what, (this.#faults.get(what) ?? 0) + times);
  }

  #outcome(): Outcome {
    return {
      offered: this.#offered,
      accepted: this.#first.length + this.#accepted.length,
      shed: this.#shed.length,
      unsent: this.#unsent,
      faults: [...this.#faults].map(([what, times]) => `${times} ${what}`),
      p50: quantile(this.#accepted, 0.5),
      p99: quantile(this.#accepted, 0.99),
      firstP99: quantile(this.#first, 0.99),
      shedP99: quantile(this.#shed, 0.99),
    };
  }
}

function quantile(times: readonly number[], part: number): number {
  const sorted = Float64Array.from(times).sort();
  return sorted[Math.ceil(sorted.length * part) - 1] ?? 0;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

process.on("message", async (load: Load) => {
  process.send!(await new Driver(load).run());
});
