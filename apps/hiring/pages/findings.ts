import type { Description } from "../job/description.ts";
import { categories, type Quote } from "../spec/schema.ts";
import { CATEGORY_TITLES, payText, placeText, REPAIR_TITLES, rangeText, yearsText } from "./wording.ts";

/** How strongly the document means it; `unread` is what it may have meant. */
export type Tone = "must" | "nice" | "plain" | "unread";

/** One thing that was understood, or not. */
export interface Finding {
  readonly tone: Tone;
  readonly text: string;
  /** What else is known of it, in short. */
  readonly details: readonly string[];
  readonly quote: Quote | null;
}

/** Findings of one kind. */
export interface Part {
  readonly title: string | null;
  readonly findings: readonly Finding[];
}

/** Findings that belong together, under one heading. */
export interface Group {
  /** For anchors: lower case, no spaces. */
  readonly name: string;
  readonly title: string;
  readonly parts: readonly Part[];
}

/** What is known of a job, in the order in which people ask for it; what was not understood before what may be long. */
export function groupsOf(spec: Description): Group[] {
  return [
    group("job", "The job", [
      part("Title", plain([spec.title])),
      part("Organisation", plain(spec.organisation ? [spec.organisation] : [])),
      ...(spec.grade ? [part("Grade", plain([spec.grade]))] : []),
      part("Place", spec.locations.map(locationFinding)),
      part("Pay", spec.salary ? salaryFindings(spec.salary) : []),
      part("Experience", spec.experience.map(experienceFinding)),
    ]),
    group("unread", "Not understood", [part(null, spec.unread.map(unreadFinding))]),
    group("must", "Must have", byCategory(spec, "must")),
    group("nice", "Nice to have", byCategory(spec, "nice")),
    group("responsibilities", "Responsibilities", [part(null, plain(spec.responsibilities))]),
    group("benefits", "Benefits", [part(null, plain(spec.benefits))]),
    group("repairs", "Repairs", [part(null, spec.repairs.map(repairFinding))]),
  ];
}

function group(name: string, title: string, parts: readonly Part[]): Group {
  return { name, title, parts };
}

function part(title: string | null, findings: readonly Finding[]): Part {
  return { title, findings };
}

type Said = { readonly text: string; readonly quote: Quote | null };

function plain(statements: readonly Said[]): Finding[] {
  return statements.map(({ text, quote }) => ({ tone: "plain", text, details: [], quote }));
}

function locationFinding(location: Description["locations"][number]): Finding {
  const { officeDays, quote } = location;
  const days = officeDays ? rangeText(officeDays) : "";
  return {
    tone: "plain",
    text: placeText(location),
    details: days === "" ? [] : [`${days} ${days === "1" ? "day" : "days"} a week in the office`],
    quote,
  };
}

function salaryFindings(salary: NonNullable<Description["salary"]>): Finding[] {
  const { quote, currency, currencyQuote, equity, note, period, periodStated } = salary;
  const customary = period !== null && !periodStated && `a ${period} by custom, not by the document's word`;
  const details = [equity && "with equity", note, customary].filter(
    (detail) => detail !== null && detail !== false,
  );
  const text = payText(salary) || (equity ? "Equity" : "No amount");
  const amount: Finding = { tone: "plain", text, details, quote };
  if (currency === null) return [{ ...amount, details: [...details, "currency not stated"] }];
  if (currencyQuote === null || (quote && lies(currencyQuote, quote))) return [amount];
  return [amount, { tone: "plain", text: `The currency is ${currency}`, details: [], quote: currencyQuote }];
}

/** Whether one quote is within another. */
function lies(inner: Quote, outer: Quote): boolean {
  return !before(inner, outer) && (outer.endLine - inner.endLine || outer.endColumn - inner.endColumn) >= 0;
}

function before(one: Quote, other: Quote): boolean {
  return (one.line - other.line || one.column - other.column) < 0;
}

function experienceFinding(asked: Description["experience"][number]): Finding {
  const years = yearsText(asked);
  return {
    tone: "plain",
    text: [years, asked.of && `of ${asked.of}`].filter(Boolean).join(" "),
    details: asked.sweetSpot ? [`ideally ${yearsText(asked.sweetSpot)}`] : [],
    quote: asked.quote,
  };
}

function byCategory({ requirements }: Description, kind: "must" | "nice"): Part[] {
  return categories.flatMap((category) => {
    const found = requirements.filter((one) => one.kind === kind && one.category === category);
    return found.length === 0 ? [] : [part(CATEGORY_TITLES[category], found.map(requirementFinding))];
  });
}

function requirementFinding({
  kind,
  text,
  skills,
  years,
  quote,
}: Description["requirements"][number]): Finding {
  return { tone: kind, text, details: [...(years ? [yearsText(years)] : []), ...skills], quote };
}

function repairFinding({ kind, from, to, count, quote }: Description["repairs"][number]): Finding {
  const change = from !== null && to !== null ? `“${from}” is now “${to}”` : null;
  const places = count > 1 ? `${count} places, the first is quoted` : null;
  return {
    tone: "plain",
    text: REPAIR_TITLES[kind],
    details: [change, places].filter((detail) => detail !== null),
    quote,
  };
}

function unreadFinding({ reason, quote }: Description["unread"][number]): Finding {
  return { tone: "unread", text: reason.charAt(0).toUpperCase() + reason.slice(1), details: [], quote };
}

/** A finding with the place of its quote among all quotes of the document, counted from 1. */
export interface Quoted extends Finding {
  readonly number: number;
  readonly quote: Quote;
}

/** At one place the stronger comes first. */
const TONES: readonly Tone[] = ["must", "nice", "unread", "plain"];

/** The findings that have quotes, in the order of these in the document; where two begin together, the longer first. */
export function quotedFindings(groups: readonly Group[]): ReadonlyMap<Finding, Quoted> {
  const found = groups
    .flatMap(({ parts }) => parts.flatMap(({ findings }) => findings))
    .flatMap((finding) => (finding.quote ? [{ finding, quote: finding.quote }] : []))
    .sort(
      (one, other) =>
        inOrder(one.quote, other.quote) ||
        TONES.indexOf(one.finding.tone) - TONES.indexOf(other.finding.tone),
    );
  return new Map(found.map(({ finding, quote }, at) => [finding, { ...finding, quote, number: at + 1 }]));
}

function inOrder(one: Quote, other: Quote): number {
  return (
    one.line - other.line ||
    one.column - other.column ||
    other.endLine - one.endLine ||
    other.endColumn - one.endColumn
  );
}
