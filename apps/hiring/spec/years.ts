import type { Range } from "./schema.ts";

/** Years that a text asks for: how many, where it says so, and of what. */
export interface Years extends Range {
  readonly start: number;
  readonly end: number;
  readonly of: string | null;
  /** "Ideally 6–8 years", "sweet spot: 6–8": a wish beside the bounds. */
  readonly isIdeal: boolean;
}

const words =
  "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split(" ");

/** "5", "2.5", "five", "five (5)" */
const number = `(?:\\d{1,2}(?:\\.\\d)?|${words.join("|")}|twenty)(?:\\s?\\(\\d{1,2}\\))?`;

const ideal = "(?:sweet spot|ideal(?:ly)?)\\s{0,2}(?:is|of|would be|[:–—-])?\\s{0,2}";

/** "of which 4 in leadership" goes on about years without the word. */
const part = "(?:of which|including|with)\\s";

const lowerBounds = "at least|a minimum of|minimum(?: of)?|min\\.?|more than|over";
const upperBounds = "up to|a maximum of|maximum(?: of)?|max\\.?|no more than|at most|less than|under";

const mention = new RegExp(
  `(?<![\\w$£€.,/])(?<ideal>${ideal})?(?<part>${part})?` +
    `(?<bound>(?:${lowerBounds}|${upperBounds})\\s?:?\\s{0,2})?` +
    `(?<from>${number})(?:\\s?(?:-|–|—|to|or)\\s?(?<to>${number}))?\\s?` +
    `(?<plus>\\+|plus\\b|or more\\b)?\\s?` +
    `(?<unit>(?:years?|yrs?)\\b['’]?)?` +
    `(?<after>\\s(?:or more|minimum|plus|and above|\\+)(?![\\w]))?`,
  "giu",
);
const isUpper = new RegExp(`^(?:${upperBounds})`, "i");

/** A mention holds one of these; most texts hold none and need no closer look. */
const spoken = /years?|yrs?|ideal|sweet spot/i;

/** "18 years old", "a 2 years contract": what follows says that the years are not of experience… */
const notExperience =
  /^\s?(?:old\b|of age\b|ago\b|contract\b|fellowship\b|term\b|appointment\b|warranty\b|in (?:business|a row|operation)\b|per\b|from now\b|running\b|service\b)/i;
/** …as does what precedes: "over the past 5 years", "we have built bridges for 50 years". */
const notAsked =
  /(?:\b(?:past|last|next|previous|first|every|within|after|founded|all|these|those)|\b(?:we|our|us)\b.* for(?: over| more than)?)\s*$/iu;
const lookedBack = 60;

/** The years named in a text, in its order; ages, anniversaries and terms of contracts are not among them. */
export function yearsIn(text: string): Years[] {
  if (!spoken.test(text)) return [];
  const found: Years[] = [];
  for (const match of text.slice(0, 4000).matchAll(mention)) {
    const groups = match.groups!;
    const end = match.index + match[0].trimEnd().length;
    const before = text.slice(0, match.index);
    const rest = text.slice(end);
    const isMeant = isYears(groups, rest) || (found.length > 0 && goesOn(groups, rest));
    if (!isMeant || notExperience.test(rest) || notAsked.test(before.slice(-lookedBack))) continue;
    const of = groups.ideal === undefined ? subject(before, rest) : null;
    found.push({ start: match.index, end, ...bounds(groups), of, isIdeal: groups.ideal !== undefined });
  }
  return found;
}

const ofThem = /^\sof (?:them|these|those)\b/i;

type Groups = Readonly<Record<string, string | undefined>>;

/** A number with its unit; "a five year plan" is a term, but "one year" and "5 year of experience" are not. */
function isYears({ unit, ideal, from }: Groups, rest: string): boolean {
  if (unit === undefined) return ideal !== undefined;
  const isSingular = /^(?:year|yr)$/i.test(unit) && !/^(?:1|one)\b/i.test(from!);
  return !isSingular || /^\s(?:of|experience)\b/i.test(rest);
}

/** "10+ years in software, of which at least 4 in leadership", "at least 3 of them with React" */
function goesOn({ part, unit }: Groups, rest: string): boolean {
  if (unit !== undefined) return false;
  if (ofThem.test(rest)) return true;
  if (part === undefined) return false;
  return /^with/i.test(part) ? /^\s(?:in|as)\s/i.test(rest) : /^\s(?:in|with|as|on|using|of)\s/i.test(rest);
}

function bounds({ bound, from, to }: Groups): Range {
  const low = countOf(from!);
  if (to !== undefined) return { min: low, max: countOf(to) };
  return bound !== undefined && isUpper.test(bound) ? { min: null, max: low } : { min: low, max: null };
}

function countOf(text: string): number {
  const digits = /^\d+(?:\.\d)?/.exec(text)?.[0];
  if (digits !== undefined) return Number(digits);
  const word = text.toLowerCase().split(/[\s(]/)[0]!;
  return word === "twenty" ? 20 : words.indexOf(word) + 1;
}

const adjectives =
  "hands[- ]on|relevant|proven|professional|solid|total|overall|prior|previous|direct|work|working|industry|commercial|demonstrable|demonstrated";
/** What stands between the years and what they are of: "of hands-on experience working with a …" */
const opening = new RegExp(
  "^[\\s,:]*(?:(?:of|in|with|as|’|')\\s+)?" +
    `(?:(?:(?:${adjectives})[\\s,]+)*experiences?\\s*` +
    "(?:in|with|of|as|using|on|working (?:with|in|as|on)|at|within)?\\s+)?" +
    "(?:an?\\s+|the\\s+)?",
  "i",
);

/** Where it ends: at a stop, at the next demand, at what says how much it is wanted. */
const closing = new RegExp(
  [
    "[;(—–|]",
    "[.!?](?=\\s|$)",
    ",\\s*(?=\\d|(?:with|including|plus|preferably|ideally|as well|or equivalent|at least|of which)\\b|and (?:at least |\\d))",
    "\\s(?:and|with|plus) (?=\\d|at least)",
    "\\swith (?=demonstrable|proven|strong|solid|deep|excellent)",
    "\\s(?:would|will) be\\b",
    "\\s(?:is|are) an? ",
    "(?:^|\\s)(?:(?:is|are) )?(?:strictly )?(?:required|preferred|desired|desirable|essential|mandatory|needed|is a must)\\b",
  ].join("|"),
  "i",
);
const generic = new RegExp(`^(?:${adjectives}|minimum|maximum)?\\s?(?:experience|work)?$`, "i");
const trailing = /\s(?:work |working |industry )?experience$/i;

/** "Golang — 6 years", "Python (5+ years)": the name that the years stand behind. */
const headed = /(?:^|[:|;,]\s)([^:|;,]{1,60}?)\s?(?:[—–:(|-])\s?$/u;
const genericHead =
  /^(?:(?:years|work|professional|total|required|relevant|minimum|maximum|min|max)\s?)*(?:of )?(?:experience|years|seniority|level|range|education)?$/i;

/** What the years are of: what follows them, or what they stand behind. */
function subject(before: string, rest: string): string | null {
  const after = rest.slice(0, 300).replace(ofThem, "").replace(opening, "");
  const cut = after
    .slice(0, closing.exec(after)?.index ?? after.length)
    .trim()
    .replace(/[,.:]+$/, "");
  const plain = cut.replace(trailing, "");
  if (/\p{L}/u.test(plain) && !generic.test(plain) && plain.length <= 160) return plain;
  const head = headed.exec(before.slice(-80))?.[1]?.trim() ?? "";
  return head === "" || genericHead.test(head) ? null : head;
}
