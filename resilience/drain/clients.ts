import { setTimeout as sleep } from "node:timers/promises";
import { type NoAnswer, Wire } from "../wire.ts";
import { HEEDLESS, type Record } from "./record.ts";

/** What clients share. */
export interface Field {
  readonly url: string;
  readonly record: Record;
  /** A name for a new account. */
  account(): string;
  random(): number;
  /** Resolves when the service is told to stop. */
  readonly stopping: Promise<void>;
}

/** Works until it can no longer. Never rejects for what the server does: that goes to the record. */
type Client = (field: Field) => Promise<void>;

const BODY = '{"amount":1,"note":"drain"}';

function deposit(account: string): { head: string; body: string } {
  const head = [
    `POST /accounts/${account}/deposit HTTP/1.1`,
    "Host: drain",
    "Content-Type: application/json",
    `Content-Length: ${BODY.length}`,
    "\r\n",
  ].join("\r\n");
  return { head, body: BODY };
}

const LIST = "GET /accounts?limit=200 HTTP/1.1\r\nHost: drain\r\n\r\n";

/** Sends a command, in whatever way, and notes what becomes of it. Resolves to whether the connection goes on. */
async function exchange(
  { record, account }: Field,
  wire: Wire,
  who: string,
  send = (wire: Wire, { head, body }: ReturnType<typeof deposit>): unknown => wire.write(head + body),
): Promise<boolean> {
  const name = account();
  const sent = send(wire, deposit(name));
  try {
    record.answered(name, await wire.answer());
    // An answer may come before all is sent; what is sent next must come after it.
    await sent;
    return !wire.closing;
  } catch (error) {
    record.unanswered(name, error as NoAnswer, wire, who);
    return false;
  }
}

/** A connection; null where nobody listens. Any other failure is a fault. */
async function open({ url, record, account }: Field, who: string): Promise<Wire | null> {
  try {
    return await Wire.open(url);
  } catch (error) {
    record.unanswered(account(), error as NoAnswer, null, who);
    return null;
  }
}

/** One request after the other on one connection. */
const keepsAlive: Client = async (field) => {
  const wire = await open(field, "keeps alive");
  while (wire && (await exchange(field, wire, "keeps alive"))) await sleep(2 * field.random());
};

/** Sends without waiting, up to so many, on one connection. */
const pipelines: Client = async (field) => {
  const wire = await open(field, "pipelines");
  const sendNext = async (): Promise<void> => {
    while (wire && (await exchange(field, wire, "pipelines"))) await sleep(5 * field.random());
  };
  await Promise.all(Array.from({ length: 8 }, sendNext));
};

/** A new connection for each request. When it is sent away, it comes back after a pause. */
function connectsAnew(who: string, pauseMs: number): Client {
  return async (field) => {
    for (let wire = await open(field, who); wire; wire = await open(field, who)) {
      await exchange(field, wire, who);
      if (wire.closing) await sleep(pauseMs);
      wire.close();
    }
  };
}

/** Sends a part of each request byte by byte, with a pause after each. */
function sendsSlowly(part: "head" | "body"): Client {
  return async (field) => {
    const wire = await open(field, `slow ${part}`);
    const send = async (wire: Wire, { head, body }: { head: string; body: string }): Promise<void> => {
      if (part === "body") wire.write(head);
      for (const byte of part === "body" ? body : head) {
        wire.write(byte);
        await sleep(20 * field.random());
      }
      if (part === "head") wire.write(body);
    };
    while (wire && (await exchange(field, wire, `slow ${part}`, send)));
  };
}

/** Asks for many large lists at once, and reads little of them at a time. */
const readsSlowly: Client = async (field) => {
  const wire = await open(field, "reads slowly");
  if (!wire) return;
  const asked = Array.from({ length: 40 }, () => wire.answer());
  wire.write(LIST.repeat(asked.length));
  void field.stopping.then(() => sleep(200)).then(() => wire.socket.resume());
  wire.socket.on("data", () => {
    wire.socket.pause();
    setTimeout(() => wire.socket.resume(), 20);
  });
  let answers = 0;
  for (const answer of asked)
    await answer.then(
      () => answers++,
      ({ code }: NoAnswer) => {
        const inOrder = code === "END" && wire.closing;
        if (!inOrder) field.record.faults.push(`reads slowly: ${answers} lists, then ${code}`);
      },
    );
  await exchange(field, wire, "reads slowly");
};

/** Is idle after one request, and sends its next a moment after the service was told to stop. */
const idles: Client = async (field) => {
  const wire = await open(field, "idles");
  if (!wire || !(await exchange(field, wire, "idles"))) return;
  await field.stopping;
  await sleep(300 * field.random());
  await exchange(field, wire, "idles");
};

/** Has a connection and nothing to say: it is closed in order. */
const isSilent: Client = async (field) => {
  const wire = await open(field, "silent");
  const end = await wire?.closed;
  if (end && end !== "END") field.record.faults.push(`silent: ended by ${end}`);
};

/** All kinds of clients, and how many of each. */
export const CLIENTS: readonly (readonly [Client, number])[] = [
  [keepsAlive, 8],
  [pipelines, 3],
  [connectsAnew("heeds Retry-After", 1000), 6],
  [connectsAnew(HEEDLESS, 0), 2],
  [sendsSlowly("body"), 4],
  [sendsSlowly("head"), 3],
  [readsSlowly, 2],
  [idles, 3],
  [isSilent, 2],
];
