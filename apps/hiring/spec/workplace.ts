import type { Arrangement, Range } from "./schema.ts";

/** How much of the work is done in an office. */
export interface Workplace {
  readonly arrangement: Arrangement | null;
  readonly officeDays: Range | null;
}

const words: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4, five: 5 };
const count = "(\\d|one|two|three|four|five)";
const days = new RegExp(
  `(up to |at least |min(?:imum)?\\.? (?:of )?)?\\b${count}(?:\\s?(?:-|–|to|or)\\s?${count})?(\\+)?\\s*x?\\s*days?\\b([^.;]{0,40})`,
  "i",
);
const office = /\b(?:office|on-?site|in[- ]person|site|desk|attendance)\b/i;
const home = /\b(?:remote(?:ly)?|from home|wfh|at home)\b/i;
/** "Hybrid (2 days a week)": which days else. */
const hybridDays = /\bhybrid\s?[:(–—-]\s?$/i;
const weekInDays = 5;

/** Reads "hybrid — 3 days in office", "remote-first", "up to 2 days a week on site". */
export function workplaceOf(text: string): Workplace {
  const officeDays = officeDaysIn(text);
  const said = arrangementIn(text);
  const isPart = said === "on-site" && officeDays !== null;
  return { arrangement: isPart ? implied(officeDays) : (said ?? implied(officeDays)), officeDays };
}

export function hasWorkplace({ arrangement, officeDays }: Workplace): boolean {
  return arrangement !== null || officeDays !== null;
}

const onSite =
  /\b(?:on-?site|in[- ]office|office[- ]based|in[- ]person|work(?:ing)? from (?:the |our )?office|wfo)\b/i;
/** As the whole of a location, not as in "virtual machines". */
const virtual = /^virtual(?: (?:position|role|location))?(?=$|\s?[(,])/i;

function arrangementIn(text: string): Arrangement | null {
  if (/\bhybrid\b/i.test(text)) return "hybrid";
  if (/\b(?:no|not|non)[ -](?:fully )?remote\b|\bremote (?:is )?not\b/i.test(text)) return null;
  if (/\b(?:remote|work(?:ing)? from (?:home|anywhere)|wfh|anywhere)\b/i.test(text)) return "remote";
  if (virtual.test(text)) return "remote";
  return onSite.test(text) ? "on-site" : null;
}

function officeDaysIn(text: string): Range | null {
  const match = days.exec(text);
  if (!match) return null;
  const isOffice = office.test(text) || hybridDays.test(text.slice(0, match.index));
  if (!office.test(match[5]!) && (!isOffice || home.test(match[5]!))) return null;
  const [, bound, low, high, plus] = match;
  const min = countOf(low!);
  if (high !== undefined) return { min, max: countOf(high) };
  if (bound !== undefined && /^up/i.test(bound)) return { min: null, max: min };
  return { min, max: bound !== undefined || plus !== undefined ? null : min };
}

function countOf(text: string): number {
  return words[text.toLowerCase()] ?? Number(text);
}

/** Some days in the office and not all of them are hybrid work, said or not. */
function implied(officeDays: Range | null): Arrangement | null {
  if (officeDays === null) return null;
  return officeDays.min === weekInDays ? "on-site" : "hybrid";
}

const degree = "fully|100%|primarily|mostly|flexible|partially|partly";
const modes = [
  "remote(?:ly)?(?:[- ](?:first|friendly|only|ok|possible|working|work))?",
  "hybrid(?:[- ](?:working|work|remote|model|role))?",
  "on-?site|in[- ]office|in[- ]person|office[- ]based",
  "work(?:ing)? from (?:home|(?:the |our )?office)|wfh|wfo",
  "^virtual(?: (?:position|role|location))?(?=$|\\s?[(,])",
  "(?:full|part)[- ]time|permanent|flexible hours",
];
const modeWords = new RegExp(`\\b(?:(?:${degree})[\\s-]+)?(?:${modes.join("|")})\\b`, "gi");

const perWeek = "(?:\\s*(?:a|per|\\/|each)\\s*week)?";
const inOffice =
  "(?:\\s*(?:in|at|from|on|of)?\\s*(?:the|our)?\\s*(?:office|on-?site|site|attendance|in[- ]person))?";
/** "up to 3 days a week in the office", in either order, and what is left of it behind a number of days. */
const dayWords = new RegExp(
  `(?:\\b(?:up to|at least|min(?:imum)?\\.?(?: of)?) )?\\b${count}(?:\\s?(?:-|–|to|or)\\s?${count})?\\+?` +
    `\\s*x?\\s*days?\\b${perWeek}${inOffice}${perWeek}|\\b(?:in|at) (?:the|our) office\\b`,
  "gi",
);

/** What a text says beside the way of working: the name of a place, or a limit. */
export function withoutWorkplace(text: string): string {
  return text
    .replaceAll(modeWords, " ")
    .replaceAll(dayWords, " ")
    .replaceAll(/\s+/g, " ")
    .replace(/^[\s,;:.–—+&/-]+|[\s,;:–—+&/-]+$/g, "")
    .replace(/(?<!\.[A-Z])\.$/, "")
    .replace(/^(?:within|in|from|across|based in|position)\s+(?=\S)/i, "")
    .replace(/\s(?:and|or|with|plus|in|at)$/i, "")
    .replace(/^(?:and|or|with|a|the|position|role|working|work|anywhere)$/i, "")
    .trim();
}
