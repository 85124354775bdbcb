import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "../../servers/processes.ts";
import { startProxy, type TcpProxy } from "../../servers/proxy.ts";
import { type Replacement, replacing } from "../replacing.ts";
import { type Launched, launched, ROOT } from "../served.ts";

/** What a node runs. */
export interface Program {
  /** The tree that it is of: this one by default. */
  readonly root?: string;
  /** What `plinth serve` is given: the bank by default. */
  readonly operand?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** What is broken on purpose. */
  readonly replacements?: readonly Replacement[];
}

export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

/** How long a probe may take to answer, in milliseconds. */
const PROBE_MS = 2000;

/** One process of a service, which listens at the same address whenever it is started, behind a network of its own. */
export class Node {
  readonly name: string;
  readonly url: string;
  proxy: TcpProxy;
  readonly #port: number;
  #store: string;
  #process: Launched | null = null;

  private constructor(name: string, port: number, proxy: TcpProxy, store: string) {
    this.name = name;
    this.url = `http://127.0.0.1:${port}`;
    this.proxy = proxy;
    this.#port = port;
    this.#store = proxy.url(store);
  }

  static async create(name: string, store: string): Promise<Node> {
    const proxy = await startProxy(Number(new URL(store).port));
    return new Node(name, await freePort(), proxy, store);
  }

  /** Has it use another database when it is started next. */
  async move(store: string): Promise<void> {
    this.proxy.remove();
    this.proxy = await startProxy(Number(new URL(store).port));
    this.#store = this.proxy.url(store);
  }

  get pid(): number {
    return this.#process!.pid;
  }

  /** Whether it has been started and not ended by the test since. */
  get isUp(): boolean {
    return this.#process !== null;
  }

  printed(): string {
    return this.#process?.printed() ?? "";
  }

  /** Resolves when it listens. */
  async start({ root = ROOT, operand, variables, replacements = [] }: Program = {}): Promise<void> {
    const command = `plinth serve ${operand ?? "resilience/bank/bank.ts"} --port ${this.#port} --store ${this.#store}`;
    const environment = { PLINTH_LOG: "json", ...variables, ...replacing(replacements) };
    this.#process = launched(root, command, environment);
    await this.#process.listening;
  }

  /** @throws Error where it has ended by itself. */
  async kill(): Promise<void> {
    const process = this.#process;
    this.#process = null;
    await process?.kill().catch((error) => {
      throw new Error(`Node ${this.name} has ended by itself:\n${process.printed()}`, { cause: error });
    });
  }

  /** Tells it to end, and waits for it. @throws Error where it does not end as it should. */
  async stop(): Promise<void> {
    const process = this.#process!;
    this.#process = null;
    const code = await process.stop();
    if (code !== 0) throw new Error(`Node ${this.name} has ended with ${code}:\n${process.printed()}`);
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /** Null where it does not answer. */
  async readiness(): Promise<Readiness | null> {
    try {
      const response = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(PROBE_MS) });
      const { reasons } = (await response.json()) as { reasons: string[] };
      return { ready: response.status === 200, reasons };
    } catch {
      return null;
    }
  }

  /** Resolves when readiness is on, or off, to how long that took in milliseconds, and the reasons. */
  async until(ready: boolean, maxMs: number): Promise<{ ms: number; reasons: readonly string[] }> {
    const began = performance.now();
    for (;;) {
      const now = await this.readiness();
      const ms = Math.round(performance.now() - began);
      if (now?.ready === ready) return { ms, reasons: now.reasons };
      if (ms > maxMs)
        throw new Error(
          `Node ${this.name} is ${now ? (now.ready ? "ready" : `not ready: ${now.reasons.join(" ")}`) : "silent"} after ${ms} ms.\n${this.printed()}`,
        );
      await wait(50);
    }
  }

  /** Ends it wherever it is, with its network. */
  async remove(): Promise<void> {
    await this.#process?.kill().catch(() => {});
    this.#process = null;
    // Connections that are cut while they end on both sides may keep this process from ending.
    this.proxy.flow();
    for (let look = 0; look < 50 && this.proxy.connections > 0; look++) await wait(20);
    this.proxy.remove();
  }
}
