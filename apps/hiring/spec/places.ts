import type { Passage } from "./passage.ts";
import type { Span } from "./quote.ts";
import { isRegion } from "./regions.ts";
import { type Workplace, withoutWorkplace, workplaceOf } from "./workplace.ts";

/** One of the places that a text names, with what it says of the work there. */
export interface Place extends Workplace {
  readonly name: string | null;
  readonly restriction: string | null;
  readonly passage: Passage;
}

/** "New York, NY or Remote (US-based only)": a place each. Office days said in the end hold for all. */
export function placesIn(passage: Passage): Place[] {
  const places = alternativesIn(passage).map(placeOf);
  const last = places.at(-1);
  if (last?.arrangement !== "hybrid" && last?.arrangement !== "on-site") return places;
  const { arrangement, officeDays } = last;
  return places.map((place) => (place.arrangement === null ? { ...place, arrangement, officeDays } : place));
}

function alternativesIn(passage: Passage): Passage[] {
  const separators = separatorsIn(passage.text);
  const starts = [0, ...separators.map(({ end }) => end)];
  const parts = starts.map((start, index) =>
    passage.slice(start, separators[index]?.start ?? passage.text.length),
  );
  return parts.map((part) => part.trim()).filter(({ text }) => text !== "");
}

const strong =
  /\s+(?:or|and)\s+(?=\p{Lu}|remote|hybrid)|,\s*(?=Remote\s*(?:_|$))|\s*[;|]\s*|\s*\/\s*(?=\p{Lu})|\s+·\s+/gu;

/** Where one place ends and the next begins, brackets aside. */
function separatorsIn(text: string): Span[] {
  const open = text.replaceAll(/[([][^)\]]*[)\]]?/g, (inner) => "_".repeat(inner.length));
  const breaks = [...open.matchAll(strong)].filter((match) => !isWithinLimit(open, match));
  return [...commasIn(open, breaks[0]?.index), ...breaks]
    .map((match) => ({ start: match.index, end: match.index + match[0].length }))
    .sort((one, other) => one.start - other.start);
}

/** Commas separate in "A, B or C" and in "A, B, C", where what follows is not the region of what precedes. */
function commasIn(text: string, end: number | undefined): RegExpExecArray[] {
  const names = text.slice(0, end);
  const commas = [...names.matchAll(/,\s*(?=\p{Lu})/gu)];
  const separating = commas.filter(({ index }) => !saysWhere(names.slice(index + 1).split(",")[0]!));
  const isList = commas.length >= 2 && separating.length === commas.length && !/\d/.test(names);
  return end !== undefined || isList ? separating : [];
}

/** "Remote in the US or Canada": both are where one may work remotely. */
function isWithinLimit(text: string, { 0: separator, index }: RegExpExecArray): boolean {
  const isLimited = remoteFirst.test(text) && /\p{Lu}/u.test(text.slice(1, index));
  return isLimited && saysWhere(text.slice(index + separator.length));
}

/** "New York, NY or Remote", "Berlin, DE or Munich, DE" */
function saysWhere(part: string): boolean {
  const name = part.replaceAll("_", "").trim();
  return isRegion(name) || /^[A-Z]{2,3}$/.test(name);
}

const remoteFirst =
  /^(?:(?:fully|100%|primarily|mostly) )?(?:remote|anywhere(?! (?:in|within|across)\b)|work(?:ing)? from)/i;
const limits = /\b(?:only|based|within|must|right to work|citizens?|residents?)\b/i;
const aside = /^(?:with|including|some|occasional|flexible|plus)\b/i;

/** What stands beside "remote" says where from; "anywhere in the U.S." is a place, if a large one; what stands beside a place is part of its name. */
function placeOf(passage: Passage): Place {
  const workplace = workplaceOf(passage.text);
  const outside = passage.text.replaceAll(/\s*[([][^)\]]*[)\]]?/g, " ").trim();
  const name = withoutWorkplace(outside).replace(/,?\s(?:with|including) .*$/, "");
  const notes = [...passage.text.matchAll(/[([]([^)\]]*)[)\]]?/g)].map((match) =>
    withoutWorkplace(match[1]!),
  );
  const isAnywhere = workplace.arrangement === "remote" && remoteFirst.test(outside);
  const stated = [...(isAnywhere ? [name] : []), ...notes].filter((note) => note !== "" && !aside.test(note));
  const restrictions =
    workplace.arrangement === "remote" ? stated : stated.filter((note) => limits.test(note));
  const parts = stated.filter((note) => !restrictions.includes(note)).map((note) => `(${note})`);
  return {
    ...workplace,
    passage,
    name: isAnywhere || name === "" ? null : [name, ...parts].join(" "),
    restriction: restrictions.length > 0 ? restrictions.join(", ") : null,
  };
}
