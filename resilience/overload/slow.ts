import { connect, type Socket } from "node:net";

/** How many clients of each kind are slow. */
const READERS = 50;
const WATCHERS = 20;
const HEADS = 200;
const BODIES = 100;
/** Between two bytes of those who send slowly. */
const BYTE_MS = 250;

const LISTS = "GET /balances?limit=200 HTTP/1.1\r\nHost: slow\r\n\r\n".repeat(20);
const WATCH = "GET /balances HTTP/1.1\r\nHost: slow\r\nAccept: text/event-stream\r\nLast-Event-ID: 0\r\n\r\n";
const HEAD = "POST /accounts/slow/deposit HTTP/1.1\r\nHost: slow\r\nX-Slow: ";
const BODY =
  "POST /accounts/slow/deposit HTTP/1.1\r\nHost: slow\r\nContent-Type: application/json\r\n" +
  "Content-Length: 1000\r\n\r\n";

/** Clients that ask for much and read nothing, or send a byte now and then. Returns how to end them. */
export function slowClients(url: string): () => void {
  const { hostname, port } = new URL(url);
  const open = (bytes: string): Socket => {
    const socket = connect({ host: hostname, port: Number(port) });
    // The server may well have enough of them.
    socket.on("error", () => socket.destroy());
    socket.write(bytes);
    return socket;
  };
  const reading = [...times(READERS, LISTS), ...times(WATCHERS, WATCH)].map((bytes) => open(bytes).pause());
  const sending = [...times(HEADS, HEAD), ...times(BODIES, BODY)].map((bytes) => open(bytes).resume());
  const beat = setInterval(() => {
    for (const socket of sending) if (socket.writable) socket.write(" ");
  }, BYTE_MS);
  return () => {
    clearInterval(beat);
    for (const socket of [...reading, ...sending]) socket.destroy();
  };
}

function times(count: number, text: string): string[] {
  return new Array<string>(count).fill(text);
}
