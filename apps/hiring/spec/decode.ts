import { mendMojibake } from "./mojibake.ts";
import { Quoter } from "./quote.ts";
import type { Repair, RepairKind } from "./schema.ts";
import { sequenceAt } from "./utf8.ts";
import { charOf } from "./windows1252.ts";

/** Far above any real job spec, far below what would take long to read. */
export const bytesMax = 256 * 1024;

/** Long documents have a few thousand lines; what has more is a log or a table of data. */
export const linesMax = 10_000;

export type Decoded = { ok: true; text: string; repairs: Repair[] } | { ok: false; message: string };

/** File formats that people send by mistake, by their first bytes. */
const formats: readonly { starts: string; name: string }[] = [
  { starts: "%PDF-", name: "a PDF" },
  { starts: "PK\x03\x04", name: "a zip archive (as .docx and .odt files are)" },
  { starts: "\xd0\xcf\x11\xe0", name: "an old Word or Office file" },
  { starts: "{\\rtf", name: "an RTF file" },
  { starts: "\x89PNG", name: "a PNG image" },
  { starts: "\xff\xd8\xff", name: "a JPEG image" },
  { starts: "GIF8", name: "a GIF image" },
  { starts: "\x1f\x8b", name: "a gzip archive" },
  { starts: "\x7fELF", name: "a program" },
];

/** More control characters than one in a hundred: not text. */
const controlShareMax = 0.01;
const control = /[\p{Cc}--[\t\n\v\f\r]]/gv;

/** Bytes to text, with broken encodings mended and line ends made "\n"; or what it is instead of text. */
export function decode(source: Uint8Array): Decoded {
  if (source.length > bytesMax) {
    return refuse(`The document has ${source.length} bytes; at most ${bytesMax} are read.`);
  }
  const format = formats.find(({ starts }) => startsWith(source, starts));
  if (format) return refuse(`The document is ${format.name}, not text. Send it as Markdown or plain text.`);

  const read = readUnicode(source);
  const text = read.text.replaceAll(/\r\n?/g, "\n");
  if (text.trim() === "") return refuse("The document is empty.");
  const lines = text.split("\n").length;
  if (lines > linesMax) return refuse(`The document has ${lines} lines; at most ${linesMax} are read.`);
  const mended = mend(text, read.repairs);
  return isBinary(mended.text) ? refuse("The document is binary, not text.") : { ok: true, ...mended };
}

/** Bytes that were read one by one were never UTF-8 taken for something else. */
function mend(text: string, repairs: readonly Repair[]): { text: string; repairs: Repair[] } {
  if (repairs.some(({ kind }) => kind === "windows-1252")) return { text, repairs: [...repairs] };
  const { text: mended, mended: places } = mendMojibake(text);
  return { text: mended, repairs: [...repairs, ...mojibakeRepairs(mended, places)] };
}

function isBinary(text: string): boolean {
  return (text.match(control)?.length ?? 0) > text.length * controlShareMax;
}

function refuse(message: string): Decoded {
  return { ok: false, message };
}

function startsWith(source: Uint8Array, signature: string): boolean {
  return [...signature].every((char, index) => source[index] === char.charCodeAt(0));
}

function readUnicode(source: Uint8Array): { text: string; repairs: Repair[] } {
  const encoding = utf16Of(source);
  if (encoding !== null) {
    return { text: new TextDecoder(encoding).decode(source), repairs: [whole("utf-16")] };
  }
  const marked = startsWith(source, "\xef\xbb\xbf");
  const { text, stray } = readUtf8(marked ? source.subarray(3) : source);
  const repairs: Repair[] = marked ? [whole("byte-order-mark")] : [];
  if (stray.length > 0) repairs.push(strayRepair(text, stray));
  return { text, repairs };
}

/** By its byte order mark; without one, by the zero bytes that Latin text has at every other place. */
function utf16Of(source: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (startsWith(source, "\xff\xfe")) return "utf-16le";
  if (startsWith(source, "\xfe\xff")) return "utf-16be";
  const zeros = [0, 0];
  const head = Math.min(source.length, 1024);
  for (let index = 0; index < head; index++) if (source[index] === 0) zeros[index % 2]! += 1;
  const most = head * 0.3;
  if (zeros[1]! > most && zeros[0]! === 0) return "utf-16le";
  return zeros[0]! > most && zeros[1]! === 0 ? "utf-16be" : null;
}

/** UTF-8, where a byte that is not part of it is read as windows-1252: whole old documents, and mixed ones. */
function readUtf8(source: Uint8Array): { text: string; stray: number[] } {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(source), stray: [] };
  } catch {
    return readMixed(source);
  }
}

/** Makes line ends "\n" on the way, so that the places of the stray bytes hold in the final text. */
function readMixed(source: Uint8Array): { text: string; stray: number[] } {
  const byteAt = (index: number) => (source[index] === 0x0d ? 0x0a : source[index]);
  const stray: number[] = [];
  let text = "";
  let at = 0;
  while (at < source.length) {
    if (source[at] === 0x0d && source[at + 1] === 0x0a) at += 1;
    const sequence = sequenceAt(byteAt, at);
    if (sequence === null) stray.push(text.length);
    text += sequence ? String.fromCodePoint(sequence.codePoint) : charOf(source[at]!);
    at += sequence?.length ?? 1;
  }
  return { text, stray };
}

function whole(kind: RepairKind): Repair {
  return { kind, from: null, to: null, count: 1, quote: null };
}

function strayRepair(text: string, stray: readonly number[]): Repair {
  const start = stray[0]!;
  const quote = new Quoter(text).quote({ start, end: start + 1 });
  return { kind: "windows-1252", from: null, to: null, count: stray.length, quote };
}

function mojibakeRepairs(text: string, places: ReturnType<typeof mendMojibake>["mended"]): Repair[] {
  const quoter = new Quoter(text);
  const repairs = new Map<string, Repair>();
  for (const { from, to, start } of places) {
    const known = repairs.get(from);
    if (known) known.count += 1;
    else {
      const quote = quoter.quote({ start, end: start + to.length });
      repairs.set(from, { kind: "mojibake", from, to, count: 1, quote });
    }
  }
  return [...repairs.values()];
}
