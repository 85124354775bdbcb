import type { Line } from "./line.ts";
import type { Passage } from "./passage.ts";
import type { Quoter } from "./quote.ts";
import type { Statement } from "./schema.ts";
import { normal } from "./vocabulary.ts";

/** The grades of the US General Schedule; front matter gives the bare number under the key "gs". */
const generalSchedule = /^gs(?: grade)?$/;
const generalGradeMax = 15;

/** The grade or band of the job, as a field states it or as the title carries it. */
export function gradeOf(lines: readonly Line[], inTitle: Passage | null, quoter: Quoter): Statement | null {
  const field = lines.find(({ kind, topic }) => kind === "field" && topic === "grade");
  if (field)
    return { text: named(field.label, field.passage.text), quote: quoter.quote(field.passage.span()) };
  if (inTitle) return { text: canonical(inTitle.text), quote: quoter.quote(inTitle.span()) };
  return null;
}

function named(label: string, value: string): string {
  const isGeneral = generalSchedule.test(normal(label)) && /^\d{1,2}$/.test(value);
  if (!isGeneral) return canonical(value);
  return Number(value) <= generalGradeMax ? `GS-${Number(value)}` : value;
}

function canonical(grade: string): string {
  return grade.replace(/^GS[ -]?(\d{1,2})$/, "GS-$1");
}
