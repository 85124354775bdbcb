import type { Line } from "./line.ts";
import type { Passage } from "./passage.ts";
import type { Quoter } from "./quote.ts";
import type { Experience, Range } from "./schema.ts";
import { sentencesOf } from "./sentences.ts";
import type { Topic } from "./topic.ts";
import { normal } from "./vocabulary.ts";
import { type Years, yearsIn } from "./years.ts";

const silent = new Set<Topic | null>(["benefits", "process", "salary", "location"]);
const asking = new Set<Topic | null>(["must", "nice", "requirements", "experience"]);
const experienceWords = /\b(?:experience|expertise|background|track record|seniority|career)\b/i;
const bounds: readonly (readonly ["min" | "max" | "sweetSpot", RegExp])[] = [
  ["sweetSpot", /^(?:sweet spot|ideal(?:ly)?|preferred|target)\b/],
  ["min", /^min(?:imum)?\b/],
  ["max", /^max(?:imum)?\b/],
];

/** Every statement of years of experience, in document order, each with what the years are of. */
export function experienceOf(lines: readonly Line[], quoter: Quoter): Experience[] {
  const found: Experience[] = [];
  for (let at = 0; at < lines.length; ) {
    const bounded = boundedLines(lines, at);
    if (bounded.length > 0) found.push(combined(bounded, quoter));
    else found.push(...inLine(lines[at]!, quoter));
    at += Math.max(1, bounded.length);
  }
  return found;
}

interface Bound {
  readonly bound: "min" | "max" | "sweetSpot";
  readonly years: Range;
  readonly passage: Passage;
  readonly line: Line;
}

/** The run of lines "Minimum: 5 years", "Maximum: 10 years", "Sweet spot: 6–8 years" that starts at `from`. */
function boundedLines(lines: readonly Line[], from: number): Bound[] {
  const run: Bound[] = [];
  for (const line of lines.slice(from, from + 6)) {
    const bound = line.topic === "experience" || experienceWords.test(line.label) ? boundOf(line) : null;
    if (bound === null || run.some((other) => other.bound === bound.bound)) break;
    run.push(bound);
  }
  return run;
}

function boundOf(line: Line): Bound | null {
  const label = normal(
    line.kind === "field" || line.label !== ""
      ? line.label
      : (/^[^:]{1,40}(?=:)/.exec(line.passage.text)?.[0] ?? ""),
  );
  const bound = bounds.find(([, pattern]) => pattern.test(label))?.[0];
  const value = /\d{1,2}/.test(line.passage.text) ? numbersIn(line.passage.text) : null;
  return bound && value ? { bound, years: value, passage: line.passage, line } : null;
}

function numbersIn(text: string): Range | null {
  const match = /(\d{1,2})(?:\s?(?:-|–|—|to)\s?(\d{1,2}))?\s?(?:\+\s?)?(?:years?|yrs?)?\b/i.exec(
    text.replace(/^[^:]{1,40}:/, ""),
  );
  return match ? { min: Number(match[1]), max: match[2] ? Number(match[2]) : Number(match[1]) } : null;
}

function combined(run: readonly Bound[], quoter: Quoter): Experience {
  const years = (bound: Bound["bound"]) => run.find((entry) => entry.bound === bound)?.years ?? null;
  return {
    min: years("min")?.min ?? null,
    max: years("max")?.max ?? null,
    sweetSpot: years("sweetSpot"),
    of: null,
    quote: quoter.quote({ start: run[0]!.line.span.start, end: run.at(-1)!.line.span.end }),
  };
}

function inLine(line: Line, quoter: Quoter): Experience[] {
  if (silent.has(line.topic)) return [];
  const sentences = line.kind === "prose" ? sentencesOf(line.passage) : [line.passage];
  return sentences.flatMap((sentence) => {
    const isAsked = asking.has(line.topic) || asksFor(sentence.text);
    return isAsked ? merged(yearsIn(sentence.text)).map((years) => entry(years, sentence, line, quoter)) : [];
  });
}

/** "Acme has 20 years of experience" says nothing of the candidate: elsewhere someone has to be asked. */
const asked =
  /\b(?:you|your|candidates?|applicants?|someone|looking for|seeking|hiring|role|position|requires?|required|must|needs?|minimum|at least|ideal(?:ly)?)\b/i;

function asksFor(text: string): boolean {
  return experienceWords.test(text) && asked.test(text);
}

/** A wish ("ideally 6–8 years") belongs to the bounds named before it. */
function merged(mentions: readonly Years[]): (Years & { sweetSpot: Range | null })[] {
  const result: (Years & { sweetSpot: Range | null })[] = [];
  for (const years of mentions) {
    const last = result.at(-1);
    if (years.isIdeal && last && last.sweetSpot === null) {
      result[result.length - 1] = { ...last, end: years.end, sweetSpot: { min: years.min, max: years.max } };
    } else result.push({ ...years, sweetSpot: null });
  }
  return result;
}

function entry(
  years: Years & { sweetSpot: Range | null },
  sentence: Passage,
  line: Line,
  quoter: Quoter,
): Experience {
  const { min, max, sweetSpot, of } = years;
  const head =
    line.label !== "" && line.kind === "item" && !experienceWords.test(line.label) ? line.label : null;
  return {
    min,
    max,
    sweetSpot,
    of: of ?? head,
    quote: quoter.quote(line.kind === "prose" ? sentence.span() : line.span),
  };
}
