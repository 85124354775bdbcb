import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** An answer as it came over a connection. */
export interface Answer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Why there was no answer: the code of the connection's error, or `END` where it was closed in order. */
export class NoAnswer extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`The connection ended without an answer: ${code}`);
    this.code = code;
  }
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: NoAnswer): void;
}

/** One HTTP/1.1 connection on which each answer, and how it ends, can be seen. Answers carry a Content-Length. */
export class Wire {
  readonly socket: Socket;
  /** Resolves when the connection is closed, to how: `END`, or the code of its error. */
  readonly closed: Promise<string>;
  /** Whether an answer has said `Connection: close`: what was sent after its request is not taken. */
  closing = false;
  #received: Buffer = Buffer.alloc(0);
  #ended: string | null = null;
  readonly #waiting: Waiting[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("end", () => this.#end("END"));
    socket.on("error", (error: NodeJS.ErrnoException) => this.#end(error.code ?? error.message));
    this.closed = new Promise((resolve) => {
      socket.on("close", () => {
        this.#end("END");
        resolve(this.#ended!);
      });
    });
  }

  /** Rejects with NoAnswer where nobody listens. */
  static async open(url: string): Promise<Wire> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    await once(socket, "connect").catch((error: NodeJS.ErrnoException) => {
      throw new NoAnswer(error.code ?? error.message);
    });
    return new Wire(socket);
  }

  write(bytes: string): void {
    if (this.#ended === null) this.socket.write(bytes);
  }

  /** The next answer. Rejects with NoAnswer where the connection ends before it has come whole. */
  answer(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#read();
    });
  }

  close(): void {
    this.socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    this.#read();
  }

  #end(code: string): void {
    this.#ended ??= code;
    this.#read();
  }

  #read(): void {
    while (this.#waiting.length > 0) {
      const answer = this.#cut();
      if (answer) this.#waiting.shift()!.resolve(answer);
      else if (this.#ended !== null) this.#waiting.shift()!.reject(new NoAnswer(this.#ended));
      else return;
    }
  }

  #cut(): Answer | null {
    const head = this.#received.indexOf("\r\n\r\n");
    if (head < 0) return null;
    const [line, ...lines] = this.#received.toString("latin1", 0, head).split("\r\n");
    const headers = new Map(lines.map((line) => pair(line)));
    const end = head + 4 + Number(headers.get("content-length") ?? 0);
    if (this.#received.length < end) return null;
    const body = this.#received.toString("utf8", head + 4, end);
    this.#received = this.#received.subarray(end);
    if (headers.get("connection")?.toLowerCase() === "close") this.closing = true;
    return { status: Number(line!.split(" ")[1]), headers, body };
  }
}

function pair(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
