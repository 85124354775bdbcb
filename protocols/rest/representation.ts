import { contentHeaders, JSON_TYPE } from "./reply.ts";

/** What is sent of something that was read (RFC 9110, section 3.2). It does not change: it is sent as often as it is asked for. */
export interface Representation {
  /** Entity tag as it is sent. */
  readonly etag: string;
  /** What goes with it, as name, value, name, value: also where the client has it already, and with its body. */
  readonly headers: readonly string[];
  readonly bodyHeaders: readonly string[];
  readonly body: string;
  readonly bytes: number;
}

/** Answers are the asker's own, and may be kept only to be asked for again by their tag. */
const CACHING = ["Cache-Control", "private, no-cache"];

/** A representation of JSON; `headers` are those of its own. */
export function representation(etag: string, headers: readonly string[], body: string): Representation {
  const all = ["ETag", etag, ...CACHING, ...headers];
  const bytes = Buffer.byteLength(body);
  return { etag, headers: all, bodyHeaders: [...all, ...contentHeaders(JSON_TYPE, bytes)], body, bytes };
}

/**
 * Representations by the replies that they were made of: as long as nothing changes, reads answer with the very same ones.
 * A reply is not changed once it is given, and a representation is forgotten with its reply.
 */
export class Representations<Reply extends object> {
  readonly #made = new WeakMap<Reply, Representation>();
  readonly #make: (reply: Reply) => Representation;

  constructor(make: (reply: Reply) => Representation) {
    this.#make = make;
  }

  of(reply: Reply): Representation {
    const known = this.#made.get(reply);
    if (known) return known;
    const made = this.#make(reply);
    this.#made.set(reply, made);
    return made;
  }
}
