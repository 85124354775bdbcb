import type { Line } from "./line.ts";
import { looksLikePay, moneyIn } from "./money.ts";
import type { Passage } from "./passage.ts";
import { placeholder } from "./placeholder.ts";
import type { Quoter } from "./quote.ts";
import type { Salary, Statement, Unread } from "./schema.ts";
import { sentencesOf } from "./sentences.ts";
import { startsWithVerb } from "./verbs.ts";

export interface StatementReading {
  readonly statements: readonly Statement[];
  readonly unread: readonly Unread[];
}

const duty =
  /\b(?:you(?:['’]ll| will| would)|the (?:role|position|job|successful candidate)|responsible for)\b/i;

const pay = /\b(?:salary|salaries|pay|wages?|rate)\b/i;

/** What the job consists of: the items of its sections; where those have none, their sentences about it. */
export function responsibilitiesOf(lines: readonly Line[], quoter: Quoter): StatementReading {
  const own = lines.filter(({ topic }) => topic === "responsibilities");
  return statementsOf(own, quoter, ({ text }) => duty.test(text) || startsWithVerb(text));
}

/** "We also offer stock options", amid sentences about the salary. */
const offers =
  /\b(?:we (?:also )?(?:offer|provide)|benefits include|you(?:['’]ll| will) (?:also )?(?:get|receive))\b/i;

/** What the employer offers. The salary in the same list is told apart, and so is a package beside a salary. */
export function benefitsOf(lines: readonly Line[], salary: Salary | null, quoter: Quoter): StatementReading {
  const own = lines.filter(({ topic, label, kind, passage, span }) => {
    const isSalary = salary !== null && quoter.quote(span).text === salary.quote.text;
    if (topic === "benefits") return !isSalary && !looksLikePay(label, passage.text);
    if (topic !== "salary") return false;
    if (kind === "item") return !pay.test(passage.text) && moneyIn(passage.text).length === 0;
    return kind === "prose" && offers.test(passage.text);
  });
  const says = ({ text }: Passage, { topic }: Line) =>
    !text.endsWith("?") && (topic !== "salary" || offers.test(text));
  return statementsOf(own, quoter, says);
}

function statementsOf(
  own: readonly Line[],
  quoter: Quoter,
  says: (sentence: Passage, line: Line) => boolean,
): StatementReading {
  const items = own.filter(({ kind }) => kind !== "prose");
  const sentences = own.flatMap((line) =>
    sentencesOf(line.passage).filter((sentence) => says(sentence, line)),
  );
  const stated = items.length > 0 ? items : sentences.map((passage) => ({ passage, span: passage.span() }));
  const statements: Statement[] = [];
  const unread: Unread[] = [];
  for (const { passage, span } of stated) {
    const reason = placeholder(passage.text);
    if (reason === null) statements.push({ text: passage.text, quote: quoter.quote(span) });
    else unread.push({ reason, quote: quoter.quote(span) });
  }
  return { statements, unread };
}
