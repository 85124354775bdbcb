import { randomUUID } from "node:crypto";
import { connect, type Socket } from "node:net";
import { stdout } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { Schedule } from "../schedule.ts";
import { percentile } from "../statistics.ts";
import { options } from "./options.ts";

/** Requests that are sent when they are due, whether those before were answered or not. */
export interface OpenLoopOptions {
  readonly url: string;
  readonly paths: readonly string[];
  readonly body: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly connections: number;
}

/** What came back; latencies in milliseconds from when each request was due. */
export interface OpenLoopResult {
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
}

const WARM_UP_S = 2;
/** Longest wait for the last answers, in milliseconds. */
const LAST_MS = 10_000;

/** A connection with one request under way at most. */
class Channel {
  readonly #socket: Socket;
  readonly #free: (channel: Channel) => void;
  #answered: ((status: number) => void) | null = null;
  #head = "";
  #bytesLeft = 0;

  constructor(port: number, free: (channel: Channel) => void) {
    this.#free = free;
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.on("connect", () => free(this));
    this.#socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.#socket.on("error", () => this.#socket.destroy());
    this.#socket.on("close", () => this.#answered?.(0));
  }

  send(request: string, answered: (status: number) => void): void {
    this.#answered = answered;
    this.#head = "";
    this.#bytesLeft = 0;
    this.#socket.write(request, "latin1");
  }

  end(): void {
    this.#answered = null;
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    if (this.#bytesLeft > 0) this.#bytesLeft -= chunk.length;
    else {
      this.#head += chunk.toString("latin1");
      const end = this.#head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(this.#head)?.[1] ?? 0);
      this.#bytesLeft = end + 4 + length - this.#head.length;
    }
    if (this.#bytesLeft > 0) return;
    const answered = this.#answered;
    this.#answered = null;
    answered?.(Number(this.#head.slice(9, 12)));
    this.#free(this);
  }
}

const { url, paths, body, perSecond, seconds, connections } = options<OpenLoopOptions>();
const { port, host } = new URL(url);
const channels: Channel[] = [];
/** When each request that still waits for a connection was due. */
const waiting: number[] = [];
/** When each request was due that was answered, or failed, and after how long. Kept from the beginning: what is done once it counts is then as warm as all else. */
const dues: number[] = [];
const latencies: number[] = [];
let [sent, underWay] = [0, 0];
/** When those were due that failed. */
const failed: number[] = [];

function request(): string {
  const path = paths[sent++ % paths.length]!;
  const trace = `00-${randomUUID().replaceAll("-", "")}-00f067aa0ba902b7-01`;
  return (
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n` +
    `Idempotency-Key: ${randomUUID()}\r\ntraceparent: ${trace}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  );
}

function send(channel: Channel, dueMs: number): void {
  underWay += 1;
  channel.send(request(), (status) => {
    underWay -= 1;
    dues.push(dueMs);
    latencies.push(performance.now() - dueMs);
    if (status < 200 || status > 299) failed.push(dueMs);
  });
}

function freed(channel: Channel): void {
  const dueMs = waiting.shift();
  if (dueMs === undefined) channels.push(channel);
  else send(channel, dueMs);
}

async function follow(schedule: Schedule): Promise<void> {
  while (!schedule.isOver) {
    for (let dueMs = schedule.take(performance.now()); dueMs !== null; ) {
      const channel = channels.pop();
      if (channel) send(channel, dueMs);
      else waiting.push(dueMs);
      dueMs = schedule.take(performance.now());
    }
    await sleep(1);
  }
}

async function finish(): Promise<void> {
  for (const end = performance.now() + LAST_MS; underWay > 0 && performance.now() < end; ) await sleep(5);
}

const all = Array.from({ length: connections }, () => new Channel(Number(port), freed));
while (channels.length < connections) await sleep(5);
await follow(new Schedule(performance.now(), perSecond, WARM_UP_S));
const beganMs = performance.now();
await follow(new Schedule(beganMs, perSecond, seconds));
const elapsedS = (performance.now() - beganMs) / 1000;
await finish();
for (const channel of all) channel.end();
const measured = latencies.filter((_, at) => dues[at]! >= beganMs);
const found: OpenLoopResult = {
  requestsPerSecond: measured.length / elapsedS,
  p50: percentile(measured, 50),
  p99: percentile(measured, 99),
  errors: failed.filter((dueMs) => dueMs >= beganMs).length + underWay,
};
stdout.write(JSON.stringify(found));
