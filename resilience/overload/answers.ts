/** One answer, cut from what has come over a connection. */
export interface Cut {
  readonly status: number;
  /** Where the next one begins. */
  readonly end: number;
  /** Whether it is what a request that is shed must be answered with. */
  readonly isShed: boolean;
}

/** Longer than any head of an answer here. */
const HEAD_MAX = 1024;

/** The answer that begins at a place of the bytes; null where it has not come whole. */
export function cut(bytes: Buffer, at: number): Cut | null {
  const text = bytes.toString("latin1", at, Math.min(at + HEAD_MAX, bytes.length));
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return null;
  const length = /content-length: (\d+)/i.exec(text)?.[1];
  if (length === undefined) throw new Error(`No Content-Length in ${text.slice(0, head)}`);
  const body = at + head + 4;
  const end = body + Number(length);
  if (bytes.length < end) return null;
  const status = Number(text.slice(9, 12));
  return { status, end, isShed: status === 503 && isUnavailable(text.slice(0, head), bytes, body, end) };
}

function isUnavailable(head: string, bytes: Buffer, body: number, end: number): boolean {
  const told = /retry-after: [1-9]\d*/i.test(head) && /content-type: application\/problem\+json/i.test(head);
  return told && bytes.toString("latin1", body, end).includes('"code":"unavailable"');
}
