import assert from "node:assert/strict";
import { get, type IncomingMessage } from "node:http";

/** Reads changes of one path from one start of the service to the next, where it left off. */
export class Stream {
  /** Position of the change, by account. */
  readonly seen = new Map<string, number>();
  readonly #path: string;
  readonly #accountOf: (data: string) => string;
  #lastId = 0;
  #rest = "";
  #ended: Promise<void> = Promise.resolve();
  #onChange = (): void => {};

  constructor(path: string, accountOf: (data: string) => string) {
    this.#path = path;
    this.#accountOf = accountOf;
  }

  /** Resolves when the stream is open. */
  async open(url: string): Promise<void> {
    const headers = { accept: "text/event-stream", "last-event-id": String(this.#lastId) };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    get(url + this.#path, { headers, agent: false }, resolve).on("error", reject);
    const response = await promise;
    assert.equal(response.statusCode, 200);
    this.#ended = this.#read(response);
  }

  /** Resolves when the stream has ended as it should; rejects where it was cut. */
  ended(): Promise<void> {
    return this.#ended;
  }

  /** Resolves when the change at a position has come. */
  async reach(position: number): Promise<void> {
    while (this.#lastId < position)
      await new Promise<void>((resolve) => {
        this.#onChange = resolve;
      });
  }

  async #read(response: IncomingMessage): Promise<void> {
    let end = "";
    this.#rest = "";
    for await (const chunk of response.setEncoding("utf8")) {
      end = (end + chunk).slice(-20);
      this.#take(chunk as string);
    }
    assert.ok(response.complete, "the stream ends in order");
    assert.match(end, /\n\nretry: \d+\n\n$/, "and says when to come back");
  }

  #take(chunk: string): void {
    const messages = (this.#rest + chunk).split("\n\n");
    this.#rest = messages.pop()!;
    for (const message of messages) this.#note(message);
    this.#onChange();
  }

  #note(message: string): void {
    const [, id, data] = /^id: (\d+)\ndata: (.*)$/.exec(message) ?? [];
    if (data === undefined) {
      assert.match(message, /^(retry: \d+|:)$/);
      return;
    }
    const account = this.#accountOf(data);
    assert.ok(!this.seen.has(account), `${account} comes once`);
    assert.ok(Number(id) > this.#lastId, "positions grow");
    this.seen.set(account, Number(id));
    this.#lastId = Number(id);
  }
}
