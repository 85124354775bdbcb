import type { Socket } from "node:net";
import type { PlinthError } from "@plinth/ports";

/** What is known of one open connection. */
export class Connection {
  readonly socket: Socket;
  /** Requests begun and not yet answered. */
  busy = 0;
  /** The last position that was written here: later reads of the connection reach it without asking. */
  position = 0;
  /** Whether what arrives on it can no longer be understood: the next answer is the last. */
  broken = false;
  /** `clock.elapsed()` of the last answer. */
  answeredAt: number;
  /** Ends the request whose body is still arriving; null while none is. */
  interrupt: ((error: PlinthError) => void) | null = null;

  constructor(socket: Socket, now: number) {
    this.socket = socket;
    this.answeredAt = now;
  }
}
