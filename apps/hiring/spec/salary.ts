import { currencyIn } from "./currency.ts";
import type { Line } from "./line.ts";
import { type Money, moneyIn } from "./money.ts";
import { Passage } from "./passage.ts";
import type { Quoter, Span } from "./quote.ts";
import type { PayPeriod, Salary, Unread } from "./schema.ts";
import { sentencesOf } from "./sentences.ts";
import type { Tag } from "./template.ts";
import { normal, topicOf } from "./vocabulary.ts";

export interface SalaryReading {
  readonly salary: Salary | null;
  readonly unread: readonly Unread[];
}

const payWords =
  /\b(?:salary|salaries|per annum|p\.?a\.?|compensation|base pay|pay range|pays?|remuneration|ote|doe|day rate|hourly rate|rate of|annual(?:ly)?|wages?|earn|gross)\b/i;
const otherMoney =
  /\b(?:budget|bonus(?:es)? of|sign(?:ing)?[- ]on|signing bonus|stipend|allowance|raised|funding|funded|series [a-e]|revenue|turnover|arr|valuation|valued|million|billion|bn|contribution|match(?:ed|ing)?|referral|pension|voucher|assets|transactions?|customers|users|saved?|worth of|training|learning)\b/i;
const saysPay =
  /^(?:💰|💵|💷|💶|💸)|^(?:the |our |your )?(?:base |annual )?(?:salary|pay|compensation|remuneration)\b.{0,30}(?:\bis\b|\bare\b|\bwill be\b|:)/i;
const paySystem = /\bpay (?:system|scale)\b|\bmaximum salary available\b/i;
const noAmount =
  /\b(?:competitive|negotiable|attractive|market[- ](?:rate|leading)|generous|excellent|d\.?o\.?e\.?|depend(?:s|ing|ent)|tbc|tbd|to be (?:confirmed|determined|agreed)|commensurate|not disclosed)\b/i;
const equityWords = /\b(?:equity|stock options?|share options?|rsus?|emi options|esop|vsop|shares)\b/i;
/** Below this an amount without a period may be for an hour, a day or a month; above it, it is for a year. */
const yearlyMin = 12_000;
/** A line of facts below or behind the title is shorter than this. */
const lineMax = 80;

/** A stretch that speaks of pay, and whether by its label or section it can speak of nothing else. */
interface Mention {
  readonly passage: Passage;
  readonly span: Span;
  readonly label: string;
  readonly isPay: boolean;
}

/** The salary, and what is said of pay that gives no amount. The first amount counts; others are reported. */
export function salaryOf(
  lines: readonly Line[],
  tags: readonly Tag[],
  document: string,
  quoter: Quoter,
): SalaryReading {
  const mentions = lines.flatMap(mentionsOf);
  const read = mentions
    .filter(({ passage }) => !paySystem.test(passage.text))
    .flatMap((mention) => readMention(mention));
  const [first, ...others] = pairedBounds(read);
  const unread = [
    ...pay(mentions, read, quoter),
    ...others.map((other) => left(other.span, "another amount of pay is named beside the salary", quoter)),
  ];
  if (first) return { salary: salaryFrom(first, lines, quoter, unread), unread };
  return fromTags(tags, lines, document, quoter, unread);
}

function mentionsOf(line: Line): Mention[] {
  const isField = line.kind === "field" && line.topic === "salary";
  const label =
    isField || line.label !== "" ? line.label : (/^([^:]{1,40}):/.exec(line.passage.text)?.[1] ?? "");
  const isPay = isField || line.topic === "salary" || topicOf(label) === "salary";
  const sentences = line.kind === "prose" ? sentencesOf(line.passage) : [line.passage];
  return sentences.map((passage) => ({
    passage,
    label,
    isPay: isPay || saysPay.test(passage.text),
    span: line.kind === "prose" ? passage.span() : line.span,
  }));
}

/** "from $129,300 in our lowest market up to $223,600 in our highest", "$100,378 to GS-14 Step 10 - $168,100" */
function spread(text: string, amounts: readonly Money[]): readonly Money[] {
  const [first, second, ...others] = amounts;
  if (!first || !second) return amounts;
  const isBounded = first.max === null && second.min === null;
  const isJoined =
    first.min === first.max && /^\s(?:up )?to\s[^.;,]{0,30}$/.test(text.slice(first.end, second.start));
  if (!isBounded && !(isJoined && Number(first.min) < Number(second.max))) return amounts;
  return [{ ...first, max: second.max, end: second.end }, ...others];
}

/** "€65,000 – €80,000 per year" can be nothing but pay, nor can a few words that begin with it. */
function isPaidRange({ start, sign, min, max, period }: Money, { text }: Passage): boolean {
  const isRange = min !== null && max !== null && min !== max;
  if (isRange && period !== null) return true;
  const isLine = start === 0 && sign !== null && text.length <= lineMax && !/[.!?]$/.test(text);
  return isLine && (period !== null || (isRange && min >= yearlyMin));
}

interface Reading extends Mention {
  readonly money: Money;
}

function readMention(mention: Mention): Reading[] {
  const { passage } = mention;
  const { text } = passage;
  const amounts = moneyIn(text).filter((money) => !isOther(text, money) && isSalary(money, mention));
  const [money, ...others] = spread(text, amounts);
  if (!money || !(mention.isPay || payWords.test(text) || isPaidRange(money, passage))) return [];
  const differing = others.filter(({ min, max }) => min !== money.min || max !== money.max);
  return [
    { ...mention, money },
    ...differing.map((other) => ({ ...mention, money: other, span: passage.span(other.start, other.end) })),
  ];
}

/** "a £1,500 learning budget" is money, but not pay; the words around the amount tell. */
function isOther(text: string, { start, end }: Money): boolean {
  return (
    otherMoney.test(text.slice(Math.max(0, start - 24), start)) || otherMoney.test(text.slice(end, end + 24))
  );
}

function isSalary({ sign, min, max, period }: Money, { isPay, label }: Mention): boolean {
  const amount = max ?? min ?? 0;
  if (amount === 0 || amount > 100_000_000) return false;
  return isPay || /salary|pay|rate/i.test(label)
    ? sign !== null || amount >= 1000
    : sign !== null && (amount >= 1000 || period !== null);
}

/** "min_payrange: $100,000" and "max_payrange: $150,000" are one range in two fields. */
function pairedBounds(readings: readonly Reading[]): Reading[] {
  const [low, high] = [/\bmin/, /\bmax/].map((side) =>
    readings.find(({ label }) => side.test(normal(label))),
  );
  if (!low || !high || low === high) return [...readings];
  const money = { ...low.money, min: low.money.min, max: high.money.max ?? high.money.min };
  return [
    { ...low, money, span: { start: low.span.start, end: high.span.end } },
    ...readings.filter((other) => other !== low && other !== high),
  ];
}

function salaryFrom(reading: Reading, lines: readonly Line[], quoter: Quoter, unread: Unread[]): Salary {
  const { money, passage } = reading;
  const { currency, currencyQuote } = currencyIn(passage, money, lines, quoter);
  if (currency === null) {
    unread.push(
      left(
        reading.span,
        money.sign ? `“${money.sign.text}” names several currencies` : "the amount names no currency",
        quoter,
      ),
    );
  }
  const period = money.period ?? periodOf(`${reading.label} ${passage.text}`);
  const isYearly = period === null && (money.max ?? money.min ?? 0) >= yearlyMin;
  return {
    currency,
    currencyQuote,
    min: money.min,
    max: money.max,
    period: isYearly ? "year" : period,
    periodStated: period !== null,
    equity:
      lines.some(
        ({ topic, passage }) =>
          (topic === "salary" || topic === "benefits") && equityWords.test(passage.text),
      ) || equityWords.test(passage.text),
    note: noteOf(passage.text, money),
    quote: quoter.quote(reading.span),
  };
}

function periodOf(text: string): PayPeriod | null {
  if (/\b(?:per annum|annual(?:ly)?|yearly|a year|per year|p\.a\.)\b|\bannual\b/i.test(text)) return "year";
  if (/\b(?:day rate|daily)\b/i.test(text)) return "day";
  if (/\b(?:monthly|per month)\b/i.test(text)) return "month";
  return /\b(?:hourly|per hour)\b/i.test(text) ? "hour" : null;
}

/** What follows the amount and is neither period nor equity: "depending on experience". */
function noteOf(text: string, money: Money): string | null {
  const rest = text
    .slice(money.end)
    .replace(/^\s*(?:\/|per |a |an |p\.?)\s?(?:annum|year|yr|a\.?|day|d|hour|hr|month|week)\b\.?/i, "")
    .replace(/^[\s,;.+&)]*(?:and |plus )?(?:equity|stock options|share options)\b/i, "")
    .replace(/^[\s,;.:)+–—-]+|[\s,;.:(–—-]+$/g, "")
    .replace(/^\(([^()]*)\)?$/, "$1");
  return rest === "" || !/\p{L}{2}/u.test(rest) ? null : rest;
}

/** What speaks of pay without an amount, or of the pay of many jobs. */
function pay(mentions: readonly Mention[], read: readonly Reading[], quoter: Quoter): Unread[] {
  const spans = new Set(read.map(({ span }) => span));
  const silent = mentions.filter(({ span }) => !spans.has(span));
  return silent.flatMap(({ passage, isPay, span }) => {
    if (paySystem.test(passage.text) && moneyIn(passage.text).length > 0)
      return [left(span, "the amount is the limit of a pay system, not the salary of this job", quoter)];
    if (!isPay || passage.text.length > 200) return [];
    if (noAmount.test(passage.text)) return [left(span, "the salary is mentioned without an amount", quoter)];
    return moneyIn(passage.text).length === 0 && /^\W*$/.test(passage.text)
      ? [left(span, "the salary is left empty", quoter)]
      : [];
  });
}

function left(span: Span, reason: string, quoter: Quoter): Unread {
  return { reason, quote: quoter.quote(span) };
}

const payTag = /\b(?:salary|pay|compensation)/i;
const attribute = /\b(min|max)\w{0,20}\s?=\s?["']([^"']{0,40})["']/gi;

/** A template tag that fills in the salary may carry its bounds: `{% include salary.html min="$1" max="$2" %}`. */
function fromTags(
  tags: readonly Tag[],
  lines: readonly Line[],
  document: string,
  quoter: Quoter,
  unread: readonly Unread[],
): SalaryReading {
  const tag = tags.find(({ text }) => payTag.test(text) && !/^\{%-?\s*link\b/.test(text));
  if (!tag) return { salary: null, unread };
  const money = [...tag.text.matchAll(attribute)].flatMap(([, side, value]) =>
    moneyIn(value!).map((money) => ({ side: side!, money })),
  );
  const low = money.find(({ side }) => /min/i.test(side))?.money;
  const high = money.find(({ side }) => /max/i.test(side))?.money;
  if (!low || !high)
    return { salary: null, unread: [...unread, left(tag, "the salary is filled in by a template", quoter)] };
  const passage = Passage.verbatim(document, tag);
  const reading = {
    passage,
    span: tag,
    label: "salary",
    isPay: true,
    money: { ...low, min: low.min, max: high.max, sign: signIn(passage.text, low) },
  };
  const added = [...unread];
  return { salary: { ...salaryFrom(reading, lines, quoter, added), note: null }, unread: added };
}

function signIn(text: string, { sign }: Money): Money["sign"] {
  if (sign === null) return null;
  const start = text.indexOf(sign.text);
  return { text: sign.text, start, end: start + sign.text.length };
}
