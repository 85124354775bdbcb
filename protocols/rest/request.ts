import { IncomingMessage } from "node:http";

/** Takes the body of a request as it arrives. */
export interface BodyReader {
  chunk(chunk: Buffer): void;
  /** After the last chunk. */
  end(): void;
}

/**
 * A request whose body can be read without the events of a stream: these cost a tenth of all that answering a small
 * request takes. Node hands each chunk to `push`, and null after the last.
 */
export class Request extends IncomingMessage {
  #reader: BodyReader | null = null;

  /** From now on all goes to this reader, beginning with what has arrived already; null: to the stream again. */
  readBody(reader: BodyReader | null): void {
    this.#reader = reader;
    if (!reader) return;
    const early: Buffer | null = this.readableLength > 0 ? this.read() : null;
    if (early) reader.chunk(early);
    if (this.complete) reader.end();
  }

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    const reader = this.#reader;
    if (reader === null) return super.push(chunk, encoding);
    if (chunk === null) reader.end();
    else reader.chunk(chunk);
    return true;
  }
}
