import type { Category, PayPeriod, Range, RepairKind } from "../spec/schema.ts";

/** What a pay period is called behind an amount. */
const PER: Readonly<Record<PayPeriod, string>> = {
  hour: "an hour",
  day: "a day",
  week: "a week",
  month: "a month",
  year: "a year",
};

/** What a category is called above its requirements. */
export const CATEGORY_TITLES: Readonly<Record<Category, string>> = {
  language: "Languages",
  framework: "Frameworks",
  api: "APIs",
  database: "Databases",
  messaging: "Messaging",
  cloud: "Cloud",
  infrastructure: "Infrastructure",
  observability: "Observability",
  architecture: "Architecture",
  security: "Security",
  testing: "Testing",
  data: "Data",
  design: "Design",
  practice: "Practices",
  leadership: "Leadership",
  communication: "Communication",
  education: "Education",
  experience: "Experience",
  domain: "Domain",
  other: "Other",
};

/** What was wrong with an encoding. */
export const REPAIR_TITLES: Readonly<Record<RepairKind, string>> = {
  "byte-order-mark": "A byte order mark at the beginning was taken away.",
  "utf-16": "The document was encoded in UTF-16.",
  "windows-1252": "Bytes that are no UTF-8 were read as Windows-1252.",
  mojibake: "Characters that were encoded twice were mended.",
};

/** "5–10", "5+", "up to 10", "3"; empty where neither end is known. */
export function rangeText({ min, max }: Range, text: (value: number) => string = String): string {
  if (min !== null && max !== null) return min === max ? text(min) : `${text(min)}–${text(max)}`;
  if (min !== null) return `${text(min)}+`;
  return max === null ? "" : `up to ${text(max)}`;
}

/** "5+ years", "1 year"; empty where neither end is known. */
export function yearsText(range: Range): string {
  const text = rangeText(range);
  if (text === "") return "";
  return text === "1" || text === "up to 1" ? `${text} year` : `${text} years`;
}

/** What is paid, as far as it is known. */
interface Pay extends Range {
  readonly currency: string | null;
  readonly period: PayPeriod | null;
}

/** "£75,000–£95,000 a year". */
export function payText({ currency, min, max, period }: Pay): string {
  const amount = rangeText({ min, max }, moneyText(currency));
  return [amount, amount !== "" && period ? PER[period] : ""].filter(Boolean).join(" ");
}

function moneyText(currency: string | null): (amount: number) => string {
  const known = currency !== null && /^[A-Z]{3}$/.test(currency);
  const format = new Intl.NumberFormat("en-GB", {
    ...(known && { style: "currency", currency }),
    trailingZeroDisplay: "stripIfInteger",
  });
  return (amount) => format.format(amount);
}

/** Where work can be done, as far as it is known. */
interface Place {
  readonly place: string | null;
  readonly arrangement: string | null;
  readonly restriction: string | null;
}

/** "London, UK, hybrid"; "Remote, US-based only". */
export function placeText({ place, arrangement, restriction }: Place): string {
  const text = [place, arrangement, restriction].filter(Boolean).join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "1 must-have", "3 must-haves". */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

const DATE = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

/** "21 November 2026", in UTC. */
export function dateText(time: string): string {
  return DATE.format(new Date(time));
}
