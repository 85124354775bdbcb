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
const number = `(?:\\d{1,2}(?:\\.\\d)?|${words.join("|")}|twenty)(?:\\s?\\(\\d{1,2}\\))?`;
const mention = new RegExp(
  `(?<![\\w$£€.,/])(?<ideal>(?:sweet spot|ideal(?:ly)?)\\s{0,2}(?:is|of|would be|[:–—-])?\\s{0,2})?` +
    `(?<bound>(?:at least|a minimum of|minimum(?: of)?|min\\.?|more than|over|up to|a maximum of|maximum(?: of)?|max\\.?|no more than|at most|less than|under)\\s?:?\\s{0,2})?` +
    `(?<from>${number})(?:\\s?(?:-|–|—|to|or)\\s?(?<to>${number}))?\\s?(?<plus>\\+|plus\\b|or more\\b)?\\s?` +
    `(?<unit>(?:years?|yrs?)\\b['’]?)?(?<after>\\s(?:or more|minimum|plus|and above|\\+)(?![\\w]))?`,
  "giu",
);

/** A mention holds one of these; most texts hold none and need no closer look. */
const spoken = /years?|yrs?|ideal|sweet spot/i;

const upper = /^(?:up to|a maximum|max|no more|at most|less|under)/i;
const notExperience =
  /^\s?(?:old\b|of age\b|ago\b|contract\b|fellowship\b|term\b|appointment\b|warranty\b|in (?:business|a row|operation)\b|per\b|from now\b|running\b|service\b)/i;
const notAsked =
  /(?:(?:past|last|next|previous|first|every|within|after|founded|all|these|those)|(?:[\p{L}]+ )?for(?: over| more than)?)\s*$/iu;

/** The years named in a text, in its order; ages, anniversaries and terms of contracts are not among them. */
export function yearsIn(text: string): Years[] {
  if (!spoken.test(text)) return [];
  const found: Years[] = [];
  for (const match of text.slice(0, 4000).matchAll(mention)) {
    const { ideal, bound, from, to, plus, unit, after } = match.groups!;
    const end = match.index + match[0].trimEnd().length;
    const rest = text.slice(end);
    const isTerm =
      /^(?:year|yr)$/i.test(unit ?? "") &&
      !/^(?:1|one)\b/i.test(from!) &&
      !/^\s(?:of|experience)\b/i.test(rest);
    if (
      (!unit && !ideal) ||
      isTerm ||
      notExperience.test(rest) ||
      notAsked.test(text.slice(0, match.index).slice(-30))
    )
      continue;
    const isUpper = bound !== undefined && upper.test(bound) && !to;
    const low = countOf(from!);
    found.push({
      start: match.index,
      end,
      min: isUpper ? null : low,
      max: to ? countOf(to) : isUpper ? low : null,
      of:
        ideal || (plus === undefined && after === undefined && !unit)
          ? null
          : subject(text.slice(0, match.index), rest),
      isIdeal: ideal !== undefined,
    });
  }
  return found;
}

function countOf(text: string): number {
  const digits = /^\d+(?:\.\d)?/.exec(text)?.[0];
  if (digits !== undefined) return Number(digits);
  const word = text.toLowerCase().split(/[\s(]/)[0]!;
  return word === "twenty" ? 20 : words.indexOf(word) + 1;
}

const opening =
  /^[\s,:]*(?:(?:of|in|with|as|’|')\s+)?(?:(?:(?:hands[- ]on|relevant|proven|professional|solid|total|overall|prior|previous|direct|work|working|industry|commercial|demonstrable|demonstrated)[\s,]+)*experiences?\s*(?:in|with|of|as|using|on|working (?:with|in|as|on)|at|within)?\s+)?(?:an?\s+|the\s+)?/i;
const closing =
  /[;(—–|]|[.!?](?=\s|$)|,\s*(?=\d|with\b|including\b|and (?:at least |\d)|plus\b|preferably\b|ideally\b|as well\b|or equivalent\b|at least\b|of which\b)|\s(?:and|with|plus) (?=\d|at least)|\swith (?=demonstrable|proven|strong|solid|deep|excellent)|(?:^|\s)(?:(?:is|are) )?(?:strictly )?(?:required|preferred|desired|desirable|essential|mandatory|needed|is a must)\b/i;
const generic =
  /^(?:(?:professional|relevant|work|working|industry|commercial|hands[- ]on|total|overall|proven|prior|previous|minimum|maximum)?\s?(?:experience|work)?)$/i;
const trailing = /\s(?:work |working |industry )?experience$/i;
const headed = /(?:^|[:|;,]\s)([^:|;,]{1,60}?)\s?(?:[—–:(|-])\s?$/u;
const genericHead =
  /^(?:(?:years|work|professional|total|required|relevant|minimum|maximum|min|max)\s?)*(?:of )?(?:experience|years|seniority|level|range|education)?$/i;

/** What the years are of: what follows them, or what they stand behind ("Golang — 6 years"). */
function subject(before: string, rest: string): string | null {
  const after = rest.slice(0, 300).replace(opening, "");
  const cut = after
    .slice(0, closing.exec(after)?.index ?? after.length)
    .trim()
    .replace(/[,.:]+$/, "");
  const plain = cut.replace(trailing, "");
  if (/\p{L}/u.test(plain) && !generic.test(plain) && plain.length <= 160) return plain;
  const head = headed.exec(before.slice(-80))?.[1]?.trim() ?? "";
  return head === "" || genericHead.test(head) ? null : head;
}
