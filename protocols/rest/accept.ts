/** One range of an `Accept` or `Accept-Encoding` header with its weight. */
interface Range {
  readonly value: string;
  readonly weight: number;
}

const WEIGHT = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * The offer that an `Accept` header likes best (RFC 9110, section 12.5.1): the most specific range that matches an
 * offer gives its weight; equal weights are decided by the order of the offers. Null where none is acceptable.
 */
export function acceptable(header: string | undefined, offers: readonly string[]): string | null {
  if (header === undefined || header === "*/*" || header === offers[0]) return offers[0] ?? null;
  const ranges = parse(header);
  let best: string | null = null;
  let bestWeight = 0;
  for (const offer of offers) {
    const weight = weigh(ranges, offer);
    if (weight > bestWeight) [best, bestWeight] = [offer, weight];
  }
  return best;
}

/** Whether an `Accept` header gives the first media type more weight than the second. */
export function prefers(header: string | undefined, first: string, second: string): boolean {
  if (header === undefined) return false;
  const ranges = parse(header);
  return weigh(ranges, first) > weigh(ranges, second);
}

/**
 * The content coding that an `Accept-Encoding` header likes best among the offers; null for none, that is identity
 * (RFC 9110, section 12.5.3).
 */
export function acceptableCoding(header: string | undefined, offers: readonly string[]): string | null {
  if (header === undefined || header === "") return null;
  const ranges = parse(header);
  let best: string | null = null;
  let bestWeight = 0;
  for (const offer of offers) {
    const range = ranges.find(({ value }) => value === offer) ?? ranges.find(({ value }) => value === "*");
    if (range && range.weight > bestWeight) [best, bestWeight] = [offer, range.weight];
  }
  return best;
}

function parse(header: string): Range[] {
  const ranges: Range[] = [];
  for (const part of header.split(",")) {
    const [value = "", ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
    if (value !== "" && WEIGHT.test(weight)) ranges.push({ value, weight: Number(weight) });
  }
  return ranges;
}

function weigh(ranges: readonly Range[], offer: string): number {
  const group = `${offer.slice(0, offer.indexOf("/"))}/*`;
  for (const value of [offer, group, "*/*"]) {
    const range = ranges.find((one) => one.value === value);
    if (range) return range.weight;
  }
  return 0;
}
