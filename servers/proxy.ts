import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort } from "./processes.ts";

/** One way through the proxy: what clients send, or what the server answers. */
export type Direction = "requests" | "answers";

/** What is kept for a way that is held or slow; beyond it, who sends has to wait, as in a network. */
const KEPT_MAX = 1 << 20;

/** Starts a proxy on a port of loopback before a server on loopback. It does not keep the process alive. */
export async function startProxy(serverPort: number): Promise<TcpProxy> {
  const proxy = new TcpProxy(serverPort, await freePort());
  await proxy.accept();
  return proxy;
}

/** A network between clients and a server that fails as it is told. Until then it hands on everything, ends too. */
export class TcpProxy {
  readonly port: number;
  readonly #serverPort: number;
  readonly #links = new Set<Link>();
  readonly #faults: Record<Direction, Fault> = { requests: {}, answers: {} };
  #server: Server | null = null;

  constructor(serverPort: number, port: number) {
    this.#serverPort = serverPort;
    this.port = port;
  }

  /** A server's URL, by way of the proxy. */
  url(serverUrl: string): string {
    const url = new URL(serverUrl);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  /** How many connections go through it. */
  get connections(): number {
    return this.#links.size;
  }

  /** Cuts all connections, on both sides, with a reset; what is on its way is lost. New ones are taken. */
  drop(): void {
    for (const link of this.#links) link.cut();
  }

  /** Takes no new connections: clients are refused at once. Those that are there stay. */
  refuse(): void {
    this.#server?.close();
    this.#server = null;
  }

  /** Takes new connections again. */
  async accept(): Promise<void> {
    if (this.#server) return;
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#link(client));
    server.unref();
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "127.0.0.1", resolve);
    });
  }

  /** Holds up each piece of what goes through, in order: half of the time there, half of it back. Zero ends it. */
  delay(roundTripMs: number): void {
    this.#fault({ delayMs: roundTripMs / 2 });
  }

  /**
   * Lets nothing through, as a network does that loses all packets: connections are there, new ones are taken, and
   * nobody is told. Of one direction alone where said: with that of the answers, the server does what nobody hears of.
   * What is held goes on with {@link flow}, and is lost where connections are cut first.
   */
  stall(direction?: Direction): void {
    this.#fault({ stalled: true }, direction);
  }

  /** Ends a stall. */
  flow(): void {
    this.#fault({ stalled: false });
  }

  /**
   * Ends one direction of all connections and swallows what comes of it still, while the other goes on: after that of
   * the answers clients see the end and the server does not, and the other way round.
   */
  halfClose(direction: Direction): void {
    for (const link of this.#links) link.end(direction);
  }

  /** Ends it, with all that goes through. */
  remove(): void {
    this.refuse();
    this.drop();
  }

  #fault(fault: Fault, direction?: Direction): void {
    for (const way of direction ? [direction] : (["requests", "answers"] as const))
      Object.assign(this.#faults[way], fault);
    for (const link of this.#links) link.pump();
  }

  #link(client: Socket): void {
    const server = connect({ port: this.#serverPort, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const link = new Link(client, server, this.#faults, () => this.#links.delete(link));
    this.#links.add(link);
  }
}

/** What ails a direction, of all connections alike. */
interface Fault {
  stalled?: boolean;
  delayMs?: number;
}

/** A connection of a client and the one to the server that belongs to it. */
class Link {
  readonly #sockets: readonly Socket[];
  readonly #ways: Readonly<Record<Direction, Way>>;

  constructor(client: Socket, server: Socket, faults: Record<Direction, Fault>, gone: () => void) {
    this.#sockets = [client, server];
    this.#ways = {
      requests: new Way(client, server, faults.requests),
      answers: new Way(server, client, faults.answers),
    };
    for (const socket of this.#sockets) {
      socket.unref();
      socket.on("error", () => this.cut());
      socket.on("close", () => {
        if (this.#sockets.every(({ closed }) => closed)) gone();
      });
    }
  }

  pump(): void {
    for (const way of Object.values(this.#ways)) way.pump();
  }

  end(direction: Direction): void {
    this.#ways[direction].end();
  }

  cut(): void {
    for (const way of Object.values(this.#ways)) way.stop();
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }
}

/** A piece of what is on its way; null is its end. */
interface Piece {
  readonly bytes: Buffer | null;
  readonly dueAt: number;
}

/** What one side sends to the other. */
class Way {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #fault: Fault;
  readonly #pieces: Piece[] = [];
  #kept = 0;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(from: Socket, to: Socket, fault: Fault) {
    this.#from = from;
    this.#to = to;
    this.#fault = fault;
    from.on("data", (bytes: Buffer) => this.#take(bytes));
    from.on("end", () => this.#take(null));
    to.on("drain", () => this.pump());
  }

  /** Hands on what is due. */
  pump(): void {
    clearTimeout(this.#timer);
    while (this.#mayWrite()) this.#write(this.#pieces.shift()!);
    const waitMs = (this.#pieces[0]?.dueAt ?? 0) - performance.now();
    if (waitMs > 0) this.#timer = setTimeout(() => this.pump(), waitMs).unref();
    if (this.#kept < KEPT_MAX) this.#from.resume();
  }

  /** Ends it, and swallows all that follows. */
  end(): void {
    this.stop();
    this.#to.end();
  }

  /** Hands on nothing more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#ended = true;
    this.#pieces.length = 0;
    this.#kept = 0;
    this.#from.resume();
  }

  #take(bytes: Buffer | null): void {
    if (this.#ended) return;
    this.#pieces.push({ bytes, dueAt: performance.now() + (this.#fault.delayMs ?? 0) });
    this.#kept += bytes?.length ?? 0;
    if (this.#kept >= KEPT_MAX) this.#from.pause();
    this.pump();
  }

  #mayWrite(): boolean {
    const [next] = this.#pieces;
    return !!next && !this.#fault.stalled && !this.#to.writableNeedDrain && next.dueAt <= performance.now();
  }

  #write({ bytes }: Piece): void {
    this.#kept -= bytes?.length ?? 0;
    if (bytes) this.#to.write(bytes);
    else this.#to.end();
  }
}
