import assert from "node:assert/strict";
import type { Answer, NoAnswer, Wire } from "../wire.ts";

/** Who comes back at once, whatever `Retry-After` says. */
export const HEEDLESS = "heedless";

/** What became of the commands that clients have sent: each makes an account of its own. */
export class Record {
  /** Position of the answer, by account. */
  readonly acknowledged = new Map<string, number>();
  /** Answered 503. */
  readonly refused = new Set<string>();
  /** Sent behind the last answer of a connection, or where nobody listened any more. */
  readonly untaken = new Set<string>();
  /**
   * Of those, what the first request of a connection was that was reset: of a client that did not heed `Retry-After` and
   * connected at the very moment when the port was closed.
   */
  readonly reset = new Set<string>();
  /** What must not be: neither an answer nor an order in which the client was told to expect none. */
  readonly faults: string[] = [];

  /** Notes an answer to the command that made this account. */
  answered(account: string, { status, headers, body }: Answer): void {
    if (status === 201) {
      this.acknowledged.set(account, Number(headers.get("plinth-position")));
      return;
    }
    this.refused.add(account);
    const told = [status, headers.get("content-type")];
    if (told.join() !== "503,application/problem+json" || !(Number(headers.get("retry-after")) >= 1))
      this.faults.push(`${account} was answered ${told.join(", ")}: ${body}`);
  }

  /** Notes that no answer came; `wire` is null where there was no connection. */
  unanswered(account: string, { code }: NoAnswer, wire: Wire | null, who: string): void {
    this.untaken.add(account);
    const refused = wire === null && code === "ECONNREFUSED";
    const inOrder = wire?.closing === true && code === "END";
    if (code === "ECONNRESET" && who === HEEDLESS) this.reset.add(account);
    else if (!refused && !inOrder) this.faults.push(`${who}: ${account} was not answered: ${code}`);
  }

  /** Holds it to what a client has seen since, by account: all that was acknowledged, nothing that was refused. */
  check(seen: ReadonlyMap<string, number>): void {
    assert.deepEqual(this.faults, []);
    for (const [account, position] of this.acknowledged)
      assert.equal(seen.get(account), position, `${account} was acknowledged`);
    for (const account of [...this.refused, ...this.untaken])
      assert.equal(seen.get(account), undefined, `${account} was not taken`);
    assert.equal(seen.size, this.acknowledged.size, "nothing else is there");
  }
}
