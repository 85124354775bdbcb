import type { Passage } from "./passage.ts";
import { placeholder } from "./placeholder.ts";
import type { Quoter, Span } from "./quote.ts";
import type { Location, Unread } from "./schema.ts";
import type { Line } from "./sections.ts";
import { sentencesOf } from "./sentences.ts";
import { hasWorkplace, type Workplace, workplaceOf } from "./workplace.ts";

export interface LocationReading {
  readonly locations: readonly Location[];
  readonly unread: readonly Unread[];
}

const roleIs =
  /\b(?:(?:this|the) (?:role|position|job|vacancy)|this)\s(?:is|can be|will be|may be)\b[^.]{0,60}\b(?:remote|hybrid|on-?site|based|located|office)\b|\byou(?:'|’)?(?: wi)?ll be (?:based|working (?:remotely|from|in))\b|\b(?:\d|two|three|four) days (?:a|per) week (?:in|at|from) (?:the|our) [^.]{0,20}office\b|\b(?:fully|100%) remote (?:role|position|job|work)\b/i;
const proper = "\\p{Lu}[\\p{L}.'’-]*(?:[ ](?:\\p{Lu}[\\p{L}.'’-]*|of|upon|am|de|la))*";
const places = new RegExp(
  `\\b(?:[Bb]ased|[Ll]ocated|[Ss]its?|[Ww]orking|[Ww]ork|[Oo]ffices?|[Hh]eadquarter(?:s|ed)) (?:in|at|out of|from|near) (?:our |the )?(${proper}(?:,? (?:or|and) ${proper}|, ${proper})*)`,
  "u",
);
const longestName = 120;

/** The places where the work can be done, from fields, sections and plain sentences about them. */
export function locationsOf(lines: readonly Line[], quoter: Quoter): LocationReading {
  const stated = lines.filter(({ topic }) => topic === "location");
  const read = stated.map((line) => readLine(line, quoter));
  const locations = folded(read.flatMap(({ locations }) => locations));
  if (locations.length > 0) return { locations, unread: [] };
  const unread = read.flatMap(({ unread }) => unread);
  return { locations: folded(lines.flatMap((line) => inProse(line, quoter))), unread };
}

function readLine(line: Line, quoter: Quoter): LocationReading {
  const { passage, span } = line;
  if (placeholder(passage.text) !== null || /^\W*$/.test(passage.text)) {
    return { locations: [], unread: [{ reason: "the location is left open", quote: quoter.quote(span) }] };
  }
  const answer = /^remote\b/i.test(line.label)
    ? /^(yes|no)\b/i.exec(passage.text)?.[1]?.toLowerCase()
    : undefined;
  if (answer === "no") return { locations: [], unread: [] };
  if (answer === "yes")
    return { locations: [location({ arrangement: "remote" }, null, null, span, quoter)], unread: [] };
  const isName =
    passage.text.length <= longestName &&
    !/[.!?]\s|\b(?:is|are|you|we|will)\b/i.test(passage.text.replace(/\bU\.S\.(?=\s)/g, "US"));
  return {
    locations: isName
      ? alternatives(passage, span, quoter)
      : sentencesOf(passage).flatMap((part) => inSentence(part, quoter)),
    unread: [],
  };
}

function inProse(line: Line, quoter: Quoter): Location[] {
  if (line.topic === "process" || line.passage.text.length > 4000) return [];
  const sentences = line.kind === "prose" ? sentencesOf(line.passage) : [line.passage];
  return sentences
    .filter(({ text }) => roleIs.test(text))
    .flatMap((sentence) => inSentence(sentence, quoter));
}

/** "You'll be based in Berlin or Munich, two days a week in the office." */
function inSentence(sentence: Passage, quoter: Quoter): Location[] {
  const workplace = workplaceOf(sentence.text);
  const names = places.exec(sentence.text)?.[1]?.replace(/\.$/, "");
  if (names === undefined)
    return hasWorkplace(workplace)
      ? [location(workplace, null, restrictionIn(sentence.text), sentence.span(), quoter)]
      : [];
  return splitNames(names).map((name) => location(workplace, name, null, sentence.span(), quoter));
}

function restrictionIn(text: string): string | null {
  return (
    /\b(?:within|in|from anywhere in|across) ((?:the )?\p{Lu}[\p{L}.&]*(?: \p{Lu}[\p{L}.]*)*)/u
      .exec(text)?.[1]
      ?.replace(/\.$/, "") ?? null
  );
}

/** "New York, NY or Remote (US-based only)": one location each. What is said in the end holds for all. */
function alternatives(passage: Passage, span: Span, quoter: Quoter): Location[] {
  const parts = splitAlternatives(passage);
  const whole = parts.length === 1;
  const read = parts.map((part) => alternative(part, whole ? span : part.span(), quoter));
  const last = read.at(-1);
  if (last?.arrangement !== "hybrid" && last?.arrangement !== "on-site") return read;
  return read.map((entry) =>
    entry.arrangement === null
      ? { ...entry, arrangement: last.arrangement, officeDays: last.officeDays }
      : entry,
  );
}

function splitAlternatives(passage: Passage): Passage[] {
  const parts: Passage[] = [];
  const separators = separatorsIn(passage.text);
  let from = 0;
  for (const { start, end } of separators) {
    parts.push(passage.slice(from, start).trim());
    from = end;
  }
  parts.push(passage.slice(from).trim());
  return parts.filter(({ text }) => text !== "");
}

/** Where one place ends and the next begins, brackets aside. Commas separate only in "A, B or C". */
function separatorsIn(text: string): Span[] {
  const open = text.replaceAll(/[([][^)\]]*[)\]]?/g, (inner) => " ".repeat(inner.length));
  const strong = [
    ...open.matchAll(/\s+(?:or|and)\s+(?=\p{Lu}|remote|hybrid)|\s*[;|]\s*|\s*\/\s*(?=\p{Lu})|\s+·\s+/giu),
  ];
  const first = strong[0]?.index ?? -1;
  const commas =
    first === -1
      ? []
      : [...open.matchAll(/,\s*(?=\p{Lu})/gu)].filter(
          ({ index }) => index < first && !isRegion(open, index, first),
        );
  return [...commas, ...strong]
    .map((match) => ({ start: match.index, end: match.index + match[0].length }))
    .sort((one, other) => one.start - other.start);
}

/** "New York, NY or Remote": a short or last part behind a single comma says where the place is. */
function isRegion(text: string, comma: number, end: number): boolean {
  const commas = text.slice(0, end).match(/,/g)?.length ?? 0;
  const after = text
    .slice(comma + 1, end)
    .split(",")[0]!
    .trim();
  return commas === 1 || /^(?:[A-Z]{2,3}|U\.[SK]\.)$/.test(after);
}

function splitNames(names: string): string[] {
  return names.split(/,? (?:or|and) (?=\p{Lu})/u);
}

function alternative(part: Passage, span: Span, quoter: Quoter): Location {
  const text = part.text;
  const workplace = workplaceOf(text);
  const inner = [...text.matchAll(/[([]([^)\]]*)[)\]]?/g)]
    .map((match) => withoutWorkplace(match[1]!))
    .filter((word) => word !== "");
  const outer = text.replaceAll(/\s*[([][^)\]]*[)\]]?/g, " ").trim();
  const rest = withoutWorkplace(outer);
  const isRemote = workplace.arrangement === "remote";
  const startsRemote =
    isRemote && /^(?:(?:fully|100%|primarily|mostly) )?(?:remote|anywhere|work(?:ing)? from)/i.test(outer);
  const restrictions = [...(startsRemote && rest !== "" ? [rest] : []), ...inner];
  const limits = isRemote
    ? restrictions
    : inner.filter((word) => /\b(?:only|based|within|must|right to work|citizens?|residents?)\b/i.test(word));
  const others = isRemote ? [] : inner.filter((word) => !limits.includes(word));
  const name = startsRemote || rest === "" ? null : [rest, ...others.map((word) => `(${word})`)].join(" ");
  return location(workplace, name, limits.length > 0 ? limits.join(", ") : null, span, quoter);
}

const workplaceWords =
  /\b(?:(?:fully|100%|primarily|mostly|flexible|partially|partly)[\s-]+)?(?:remote(?:ly)?(?:[- ](?:first|friendly|only|ok|possible|working|work))?|hybrid(?:[- ](?:working|work|remote|model|role))?|on-?site|in[- ]office|in[- ]person|office[- ]based|work(?:ing)? from home|wfh)\b|(?:\bup to |\bat least |\bmin(?:imum)?\.? (?:of )?)?\b(?:\d|one|two|three|four|five)(?:\s?(?:-|–|to|or)\s?(?:\d|two|three|four|five))?\+?\s*x?\s*days?\b(?:\s*(?:a|per|\/|each)\s*week)?(?:\s*(?:in|at|from|on|of)?\s*(?:the|our)?\s*(?:office|on-?site|site|attendance|in[- ]person))?(?:\s*(?:a|per|\/|each)\s*week)?|(?:in|at) (?:the|our) office/gi;

function withoutWorkplace(text: string): string {
  return text
    .replaceAll(workplaceWords, " ")
    .replaceAll(/\s+/g, " ")
    .replace(/^(?:anywhere )(?=$)/i, "")
    .replace(/^[\s,;:.–—+&/-]+|[\s,;:–—+&/-]+$/g, "")
    .replace(/^(?:within|in|from|across|based in|position)\s+(?=\S)/i, "")
    .replace(/^(?:and|or|with|a|the|position|role|working|work)$/i, "")
    .trim();
}

function location(
  workplace: Partial<Workplace>,
  place: string | null,
  restriction: string | null,
  span: Span,
  quoter: Quoter,
): Location {
  return {
    place,
    arrangement: workplace.arrangement ?? null,
    officeDays: workplace.officeDays ?? null,
    restriction,
    quote: quoter.quote(span),
  };
}

/** "Berlin" and, on the next line, "Hybrid, 2 days a week in the office" are one location. */
function folded(locations: readonly Location[]): Location[] {
  const result: Location[] = [];
  for (const entry of locations) {
    const last = result.at(-1);
    const isSaid =
      entry.place === null &&
      entry.restriction === null &&
      result.some((other) => other.arrangement === entry.arrangement);
    if (isSaid) continue;
    const adds =
      entry.place === null &&
      entry.arrangement !== "remote" &&
      last !== undefined &&
      last.arrangement === null;
    if (adds)
      result[result.length - 1] = { ...last, arrangement: entry.arrangement, officeDays: entry.officeDays };
    else if (!result.some((other) => sameAs(other, entry))) result.push(entry);
  }
  return result;
}

function sameAs(one: Location, other: Location): boolean {
  return (
    one.place === other.place &&
    one.arrangement === other.arrangement &&
    one.restriction === other.restriction
  );
}
