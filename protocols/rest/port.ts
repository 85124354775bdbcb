import type { Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { nextTick } from "node:process";
import { setImmediate as turn } from "node:timers/promises";
import type { Site } from "./exchange.ts";

/** How many turns of the loop it is tried to close the port without a reset. */
const TURNS_MAX = 1000;

/** What Node keeps beneath servers and sockets. Not in its types: where it is missing, closing takes its chance. */
interface Beneath {
  readonly _handle?: { listen?(backlog: number): number; getpeername?(into: object): number } | null;
}

/**
 * Stops listening, and calls back when the last connection is closed.
 *
 * The kernel resets what it has connected and the process has not accepted. So first its queue is made to hold one
 * connection only, and when it is empty, one of our own takes that place: the kernel does not answer those who come
 * then, and they find a closed port when they ask again. Whether the place is ours is known within the same turn of the
 * loop, before Node accepts anything. Node accepts one connection a turn, so that after a turn without any there were none
 * when it began.
 */
export async function closePort(server: Server, site: Site, onClosed: () => void): Promise<void> {
  (server as Beneath)._handle?.listen?.(0);
  for (let turns = 0; turns < TURNS_MAX; turns++) {
    const before = site.accepted;
    await turn();
    if (site.accepted === before && (await isFilled(server))) break;
  }
  server.close(onClosed);
}

/** Takes the one place of the queue. Resolves, within the same turn, to whether it was free. */
async function isFilled(server: Server): Promise<boolean> {
  const address = server.address();
  if (address === null || typeof address === "string") return true;
  const own = connect(nearTo(address));
  // It is never accepted: to be reset, or refused, is what it is for.
  own.on("error", () => own.destroy());
  // The address needs no look-up, so that the connection is asked for in this tick; on one machine it is made at once.
  await new Promise<void>((resolve) => nextTick(resolve));
  const { getpeername } = (own as Socket & Beneath)._handle ?? {};
  const filled = getpeername === undefined || getpeername.call((own as Beneath)._handle, {}) === 0;
  if (!filled) own.destroy();
  return filled;
}

/** An address of every interface is reached by that of this machine. */
function nearTo({ address, port }: AddressInfo): { host: string; port: number } {
  if (address === "0.0.0.0") return { host: "127.0.0.1", port };
  return { host: address === "::" ? "::1" : address, port };
}
