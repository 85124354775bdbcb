import type { PayPeriod } from "./schema.ts";

/** An amount or a range of money in a text. */
export interface Money {
  readonly start: number;
  readonly end: number;
  readonly min: number | null;
  readonly max: number | null;
  /** The sign or code as written, and where; null if the numbers stand alone. */
  readonly sign: { readonly text: string; readonly start: number; readonly end: number } | null;
  readonly period: PayPeriod | null;
}

/** Signs that mean one currency only; $, ¥ and kr mean several (see `currencyOf`). */
const signs: Readonly<Record<string, string>> = {
  "£": "GBP",
  "€": "EUR",
  "₹": "INR",
  "₽": "RUB",
  "₪": "ILS",
  "₩": "KRW",
  "₺": "TRY",
  "₴": "UAH",
  "₦": "NGN",
  "₫": "VND",
  "฿": "THB",
  zł: "PLN",
  Kč: "CZK",
  us$: "USD",
  au$: "AUD",
  a$: "AUD",
  ca$: "CAD",
  c$: "CAD",
  nz$: "NZD",
  s$: "SGD",
  hk$: "HKD",
  r$: "BRL",
  mx$: "MXN",
};

const codes =
  "USD EUR GBP CHF SEK NOK DKK PLN CZK HUF RON BGN CAD AUD NZD SGD HKD JPY CNY INR BRL MXN ZAR ILS TRY AED SAR KRW THB IDR MYR PHP VND UAH NGN KES EGP".split(
    " ",
  );

const sign = `(?:(?:US|AU|A|CA|C|NZ|S|HK|R|MX)\\$|[$£€₹₽₪₩₺₴₦₫฿¥]|zł|Kč|kr\\b|Rs\\.?(?=\\s?\\d)|(?:${codes.join("|")})\\b)`;
const amount = `\\d{1,3}(?:[.,'’\\u00a0 ]\\d{3}){1,3}(?:[.,]\\d{2})?(?!\\d)|\\d{1,7}(?:[.,]\\d{1,2})?(?![\\d])`;
const scale = `(?:\\s?(?:k|K|thousand|m|M|mn|million|bn|lakhs?|LPA|lpa)(?![\\p{L}]))?`;
const range = new RegExp(
  `(?<bound>\\b(?i:up to|to a maximum of|maximum(?: of)?|max\\.?|from|starting (?:at|from)|minimum(?: of)?|min\\.?|at least)\\s)?` +
    `(?:(?<sign1>${sign})\\s?|(?!\\d{1,3}\\s[-–—]\\s[$£€]))(?<![\\d.,])(?<low>${amount})(?<scale1>${scale})(?:\\s?(?<mid>${sign}))?(?<plus>\\s?\\+(?!\\s?\\p{L}))?` +
    `(?:\\s?(?:-|–|—|to|and|until)\\s?(?:(?<sign2>${sign})\\s?)?(?<high>${amount})(?<scale2>${scale}))?(?:\\s?(?<sign3>${sign}))?`,
  "gu",
);

const periods: readonly (readonly [PayPeriod, RegExp])[] = [
  ["hour", /^\W{0,3}(?:(?:per|an|\/|each|p\.?)\s?(?:hour|hr|h)\b|hourly\b|ph\b)/i],
  ["day", /^\W{0,3}(?:(?:per|a|\/|each)\s?(?:day|d)\b|daily\b|pd\b|p\.d\.)/i],
  ["week", /^\W{0,3}(?:(?:per|a|\/|each)\s?(?:week|wk)\b|weekly\b|pw\b)/i],
  ["month", /^\W{0,3}(?:(?:per|a|\/|each)\s?(?:month|mo)\b|monthly\b|pm\b|p\.m\.)/i],
  [
    "year",
    /^\W{0,3}(?:(?:per|a|\/|each)\s?(?:year|yr|annum|y)\b|yearly\b|annual(?:ly)?\b|pa\b|p\.a\.?|LPA\b)/i,
  ],
];
const between = /^(?:\s?(?:gross|net|base|brutto|OTE|basic|salary|CTC|[A-Z]{3}|\+ equity|before tax)\b)?/;

/** A pension plan that is called after a number. */
const pension = /^401\s?k/i;

/** Amounts of money in a text, in its order. Bare numbers count only where they have thousands or a "k". */
export function moneyIn(text: string): Money[] {
  if (!/\d/.test(text)) return [];
  const found: Money[] = [];
  for (const match of text.slice(0, 2000).matchAll(range)) {
    const groups = match.groups!;
    const signText = groups.sign1 ?? groups.sign2 ?? groups.mid ?? groups.sign3;
    const isMoney = signText !== undefined || /[.,'’]\d{3}|[kK]/.test(match[0]);
    if (!isMoney || !groups.low || pension.test(match[0])) continue;
    const end = match.index + match[0].trimEnd().length;
    found.push({
      start: match.index,
      end,
      ...bounds(groups),
      sign: place(match, signText),
      period: periodAfter(text, end, groups),
    });
  }
  return found;
}

type Groups = Readonly<Record<string, string | undefined>>;

function bounds(groups: Groups): { min: number | null; max: number | null } {
  const high = groups.high === undefined ? null : numberOf(groups.high, groups.scale2 ?? "");
  const low = numberOf(
    groups.low!,
    groups.scale1 || (high !== null && smaller(groups) ? (groups.scale2 ?? "") : ""),
  );
  if (high !== null) return { min: low, max: high };
  const bound = groups.bound ?? "";
  if (/^(?:up|to|max)/i.test(bound)) return { min: null, max: low };
  if (groups.plus !== undefined || bound !== "") return { min: low, max: null };
  return { min: low, max: low };
}

/** "45-60k" are thousands both. */
function smaller(groups: Groups): boolean {
  return numberOf(groups.low!, "") < 1000;
}

function numberOf(digits: string, unit: string): number {
  const parts = /^(\d{1,3}(?:[.,'’\u00a0 ]\d{3})*)(?:[.,](\d{1,2}))?$/.exec(digits);
  const plain = parts ? `${parts[1]!.replaceAll(/\D/g, "")}.${parts[2] ?? "0"}` : digits.replace(",", ".");
  return Math.round(Number(plain) * factorOf(unit.trim()) * 100) / 100;
}

function factorOf(unit: string): number {
  if (/^(?:k|thousand)$/i.test(unit)) return 1000;
  if (/^(?:lakhs?|lpa)$/i.test(unit)) return 100_000;
  if (/^(?:m|mn|million)$/i.test(unit)) return 1_000_000;
  return /^bn$/i.test(unit) ? 1_000_000_000 : 1;
}

function place(match: RegExpExecArray, text: string | undefined): Money["sign"] {
  if (text === undefined) return null;
  const start = match.index + match[0].indexOf(text);
  return { text, start, end: start + text.length };
}

function periodAfter(text: string, end: number, groups: Groups): PayPeriod | null {
  if (/lpa/i.test(`${groups.scale1}${groups.scale2}`)) return "year";
  const rest = text.slice(end, end + 60);
  const after = rest.slice(between.exec(rest)?.[0].length ?? 0);
  return periods.find(([, pattern]) => pattern.test(rest) || pattern.test(after))?.[0] ?? null;
}

/** The currency that a sign or code means by itself; null for the dollar, the yen and the crown. */
export function currencyOf(sign: string): string | null {
  if (codes.includes(sign)) return sign;
  return signs[sign] ?? signs[sign.toLowerCase()] ?? null;
}

/** "Salary range: $180K - $250K": an entry of a list of benefits that is the salary itself. */
export function looksLikePay(label: string, text: string): boolean {
  return (
    /^(?:base |annual |gross )?(?:salary|pay|compensation|rate|day rate)\b/i.test(label || text) &&
    moneyIn(text).length > 0
  );
}
