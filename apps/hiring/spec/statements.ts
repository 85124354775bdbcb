import { looksLikePay } from "./money.ts";
import type { Passage } from "./passage.ts";
import { placeholder } from "./placeholder.ts";
import type { Quoter, Span } from "./quote.ts";
import type { Statement, Unread } from "./schema.ts";
import type { Line } from "./sections.ts";
import { sentencesOf } from "./sentences.ts";
import { startsWithVerb } from "./verbs.ts";
import type { Topic } from "./vocabulary.ts";

export interface StatementReading {
  readonly statements: readonly Statement[];
  readonly unread: readonly Unread[];
}

const duty =
  /\b(?:you(?:['’]ll| will| would)|the (?:role|position|job|successful candidate)|responsible for)\b/i;

/** What the job consists of: the items of its sections; where those have none, their sentences about it. */
export function responsibilitiesOf(lines: readonly Line[], quoter: Quoter): StatementReading {
  return statementsOf(
    lines,
    "responsibilities",
    quoter,
    (sentence) => duty.test(sentence.text) || startsWithVerb(sentence.text),
  );
}

/** What the employer offers; the salary in the same list is told apart. */
export function benefitsOf(lines: readonly Line[], quoter: Quoter): StatementReading {
  const others = lines.filter((line) => !looksLikePay(line.label, line.passage.text));
  return statementsOf(others, "benefits", quoter, (sentence) => !sentence.text.endsWith("?"));
}

function statementsOf(
  lines: readonly Line[],
  topic: Topic,
  quoter: Quoter,
  says: (sentence: Passage) => boolean,
): StatementReading {
  const own = lines.filter((line) => line.topic === topic);
  const items = own.filter(({ kind }) => kind !== "prose");
  const stated: { passage: Passage; span: Span }[] =
    items.length > 0
      ? items
      : own
          .flatMap(({ passage }) => sentencesOf(passage))
          .filter(says)
          .map((passage) => ({ passage, span: passage.span() }));
  const statements: Statement[] = [];
  const unread: Unread[] = [];
  for (const { passage, span } of stated) {
    const reason = placeholder(passage.text);
    if (reason === null) statements.push({ text: passage.text, quote: quoter.quote(span) });
    else unread.push({ reason, quote: quoter.quote(span) });
  }
  return { statements, unread };
}
