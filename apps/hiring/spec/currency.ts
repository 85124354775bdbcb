import { countriesOf } from "./countries.ts";
import type { Line } from "./line.ts";
import { currencyOf, type Money } from "./money.ts";
import type { Passage } from "./passage.ts";
import type { Quoter } from "./quote.ts";
import type { Quote } from "./schema.ts";

/** The currency of an amount, and what it was read from. */
export interface Currency {
  readonly currency: string | null;
  readonly currencyQuote: Quote | null;
}

const unknown: Currency = { currency: null, currencyQuote: null };
const code = /\b(?:USD|CAD|AUD|NZD|SGD|EUR|GBP|CHF)\b/;

/** Several countries have rupees; only one counts pay in lakhs a year. */
const rupee = /^Rs\.?$/;
const indianUnit = /\b(?:LPA|lakhs?)\b/i;

/**
 * A sign or code that means one currency says it by itself, a code beside a sign says which. A bare dollar
 * is the dollar of the country where the document says the work is; if it names none, or two with dollars
 * of their own, the currency stays open.
 */
export function currencyIn(
  passage: Passage,
  { sign }: Money,
  lines: readonly Line[],
  quoter: Quoter,
): Currency {
  const own = sign && currencyOf(sign.text);
  if (sign && own) return { currency: own, currencyQuote: quoter.quote(passage.span(sign.start, sign.end)) };
  const named = code.exec(passage.text);
  if (named) {
    return {
      currency: named[0],
      currencyQuote: quoter.quote(passage.span(named.index, named.index + named[0].length)),
    };
  }
  if (sign && rupee.test(sign.text) && indianUnit.test(passage.text))
    return { currency: "INR", currencyQuote: quoter.quote(passage.span(sign.start, sign.end)) };
  return sign?.text === "$" ? dollarOf(lines, quoter) : unknown;
}

function dollarOf(lines: readonly Line[], quoter: Quoter): Currency {
  const named = countriesOf(lines);
  const [first] = named;
  const isOne = first !== undefined && named.every(({ dollar }) => dollar === first.dollar);
  return isOne ? { currency: first.dollar, currencyQuote: quoter.quote(first.span) } : unknown;
}
