import type { Block } from "./blocks.ts";
import { decode } from "./decode.ts";
import { experienceOf } from "./experience.ts";
import { readFrontMatter } from "./frontmatter.ts";
import { gradeOf } from "./grade.ts";
import type { Line } from "./line.ts";
import { locationsOf } from "./location.ts";
import { markdownBlocks } from "./markdown.ts";
import { organisationOf } from "./organisation.ts";
import type { LineBreaks } from "./paragraphs.ts";
import type { Passage } from "./passage.ts";
import { Quoter } from "./quote.ts";
import { whyNotAJobSpec } from "./recognise.ts";
import { requirementsOf } from "./requirements.ts";
import { salaryOf } from "./salary.ts";
import type { JobSpec, Statement, Unread } from "./schema.ts";
import { linesOf } from "./sections.ts";
import { stackOf } from "./stack.ts";
import { benefitsOf, responsibilitiesOf } from "./statements.ts";
import { blank, type Masked, mask } from "./template.ts";
import { type Title, titleOf } from "./title.ts";
import { settle } from "./unsaid.ts";

export type MediaType = "text/markdown" | "text/plain";

export type Reading =
  | {
      readonly ok: true;
      readonly spec: JobSpec;
      /** The text with its encoding repaired and "\n" for line ends: what the quotes point into. */
      readonly document: string;
    }
  | { readonly ok: false; readonly message: string };

/**
 * Reads a job spec. Never throws and never guesses: what matters and could not be understood is in `unread`,
 * and a document that is no job spec is refused with what it lacks.
 */
export function readJobSpec(source: Uint8Array, mediaType: MediaType): Reading {
  const decoded = decode(source);
  if (!decoded.ok) return decoded;
  const { text: document, repairs } = decoded;
  const masked = mask(document);
  const { front, body } = blocksOf(masked, mediaType === "text/plain" ? "matter" : "wrap");
  const title = titleOf([...front, ...body]);
  if (title === null) return refusal("it has no job title");
  const found = find(document, masked, front, body, title);
  const why = whyNotAJobSpec({ isRole: title.isRole, spec: found.spec, lines: found.lines, document });
  if (why !== null) return { ok: false, message: why };
  return { ok: true, document, spec: { ...found.spec, title: found.title, repairs, unread: found.unread } };
}

function refusal(lack: string): Reading {
  return { ok: false, message: `The document is not a job spec: ${lack}.` };
}

/** Front matter and body are outlined apart: a key of the one is no heading of the other. */
function blocksOf(
  { text }: Masked,
  lineBreaks: LineBreaks,
): { front: readonly Block[]; body: readonly Block[] } {
  const { blocks, end } = readFrontMatter(text);
  return { front: blocks, body: markdownBlocks(blank(text, [{ start: 0, end }]), lineBreaks) };
}

function find(
  document: string,
  masked: Masked,
  front: readonly Block[],
  body: readonly Block[],
  title: Title,
) {
  const quoter = new Quoter(document);
  const statement = (passage: Passage): Statement => ({
    text: passage.text,
    quote: quoter.quote(passage.span()),
  });
  const outlined = [front, body].flatMap((blocks) => linesOf(blocks, title.title.span()));
  const { lines, unclear } = settle([...title.facts.map(beside), ...outlined]);
  const location = locationsOf(lines, quoter);
  const salary = salaryOf(lines, masked.tags, document, quoter);
  const responsibilities = responsibilitiesOf(lines, quoter);
  const benefits = benefitsOf(lines, salary.salary, quoter);
  const requirements = requirementsOf(lines, quoter);
  const organisation = title.organisation ?? organisationOf(lines, headingsOf(body));
  const spec: Omit<JobSpec, "title" | "repairs" | "unread"> = {
    organisation: organisation && statement(organisation),
    grade: gradeOf(lines, title.grade, quoter),
    locations: [...location.locations],
    salary: salary.salary,
    experience: experienceOf(lines, quoter),
    responsibilities: [...responsibilities.statements],
    benefits: [...benefits.statements],
    requirements: [...requirements.requirements],
  };
  const unread = [location, salary, responsibilities, benefits, requirements].flatMap((part) => part.unread);
  unread.push(...stackOf(lines, quoter), ...unclear.map((line) => unclearList(line, quoter)));
  if (spec.requirements.length === 0)
    unread.push({ reason: "it states no requirements", quote: quoter.quote(title.title.span()) });
  return { spec, lines, unread, title: statement(title.title) };
}

/** What stands beside the title belongs to no part of the document. */
function beside(passage: Passage): Line {
  return { kind: "prose", topic: null, heading: null, label: "", passage, span: passage.span() };
}

function headingsOf(blocks: readonly Block[]): Passage[] {
  return blocks.flatMap((block) => (block.kind === "heading" ? [block.passage] : []));
}

function unclearList({ heading, span }: Line, quoter: Quoter): Unread {
  const reason = heading
    ? "its heading does not say whether the list is of requirements, of duties or of something else"
    : "no heading says what the list is of";
  return { reason, quote: quoter.quote(heading?.span ?? span) };
}
