import type { Line } from "./line.ts";
import type { Quoter } from "./quote.ts";
import type { Unread } from "./schema.ts";
import { skillsIn } from "./skills.ts";
import type { Topic } from "./topic.ts";
import { normal } from "./vocabulary.ts";

/** What announces the tools of a team: a heading, a label, or the beginning of a sentence. */
const announced =
  /\b(?:(?:tech(?:nology|nical)?|our|the) stack|technologies|tool(?:s|ing|set|chain|box)?|tech)\b/;
const said =
  /^(?:our (?:\w+ )?stack\b|tech(?:nology)? stack\b|technologies(?: we use)?\b|we (?:use|work with)\b)/;

/** Where technologies are named for another reason, or read already. */
const others = new Set<Topic | null>([
  "must",
  "nice",
  "requirements",
  "experience",
  "responsibilities",
  "benefits",
  "process",
]);

/** Fewer names than this are named in passing. */
const skillsMin = 2;

/**
 * "Our stack: Go, PostgreSQL" says what is in use and not what is asked for. It matters to candidates all
 * the same, so that each such part of a document is reported.
 */
export function stackOf(lines: readonly Line[], quoter: Quoter): Unread[] {
  const parts = Map.groupBy(lines.filter(isOfStack), ({ heading, kind }) => (kind === "item" ? heading : {}));
  return [...parts.values()].flatMap((part) => {
    const skills = new Set(part.flatMap(({ passage }) => skillsIn(passage.text).map(({ name }) => name)));
    if (skills.size < skillsMin) return [];
    const span = { start: part[0]!.span.start, end: part.at(-1)!.span.end };
    const reason = `the technologies in use are named, but not which are asked for: ${[...skills].join(", ")}`;
    return [{ reason, quote: quoter.quote(span) }];
  });
}

function isOfStack({ topic, heading, label, passage }: Line): boolean {
  if (others.has(topic)) return false;
  const names = [heading?.text ?? "", label].map(normal);
  return names.some((name) => announced.test(name)) || said.test(normal(passage.text));
}
