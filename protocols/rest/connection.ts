import type { Socket } from "node:net";
import type { PlinthError } from "@plinth/ports";

/** What is known of one open connection. */
export class Connection {
  readonly socket: Socket;
  /** Requests begun and not yet answered. */
  busy = 0;
  /** Requests begun so far. */
  begun = 0;
  /** Whether an answer has said that it is the last: what comes behind it is not taken. */
  closing = false;
  /** The last position that was written here: later reads of the connection reach it without asking. */
  position = 0;
  /** Whether what arrives on it can no longer be understood: the next answer is the last. */
  broken = false;
  /** `clock.elapsed()` of the last answer. */
  answeredAt: number;
  /** Bytes read when it was last looked at. */
  bytesSeen = 0;
  /** Whether Node's timeout is set, since something is not read yet. */
  timed = false;
  /** Ends the request whose body is still arriving; null while none is. */
  interrupt: ((error: PlinthError) => void) | null = null;

  constructor(socket: Socket, now: number) {
    this.socket = socket;
    this.answeredAt = now;
  }
}
