import type { Block } from "./blocks.ts";
import { Passage } from "./passage.ts";
import { endsInRole, looksLikeRole } from "./roles.ts";
import { isSectionName, topicOf } from "./vocabulary.ts";

/** The job's title, with what its line says besides: "Login.gov: Fraud Analyst GS14". */
export interface Title {
  readonly title: Passage;
  readonly organisation: Passage | null;
  readonly grade: Passage | null;
  /** What its line ends with: "Developer - fully remote (EU) - up to €550/day". */
  readonly facts: readonly Passage[];
  /** False where the words name no profession: then only the rest of the document can tell that it is a job. */
  readonly isRole: boolean;
}

const label =
  /^(?:(?:job|role|position|vacancy) (?:title|description|spec(?:ification)?|advert)|job|position|role|vacancy|title|hiring|we(?:'|’)?(?: a)?re hiring|now hiring|(?:job )?opening|open (?:position|role))\s*[:–—|-]\s*/i;
const leadingArticle = /^(?:an?|the)\s+(?=\p{Lu})/u;
const documentName =
  /\s*(?:[-–—|:,]\s*)?[([]?\b(?:job spec(?:ification)?|job description|job advert(?:isement)?|job posting|job ad|role description|role profile|person specification|jd)[)\]]?\s*$/i;
const gender = /\s*[([](?:[mwfdxh]|all genders)(?:\s*[/|]\s*[mwfdxh*]){1,3}[)\]]/i;
/** The way of working or the pay, behind a dash or in brackets. */
const fact =
  /\s*(?:[-–—|,]\s+|[([])((?:(?:part|full)[- ]time|(?:fully |100% )?(?:remote|hybrid|on-?site))\b[^)\]]*[)\]]?|(?:(?:up to|from|circa) )?[£€$₹]\s?\d[^()]*\)?)\s*$/i;
const grade = /(?:^|[\s,(–-]+)\(?(GS[ -]?\d{1,2}|SES)\)?(?=$|[\s,–-])/;
const employer = /\s(?:at|@)\s+(\p{Lu}[\p{L}\p{N}.&' -]{1,60})$/u;
const company =
  /\s[-–—|]\s*(\p{Lu}[\p{L}\p{N}.&' ]{1,40}\s(?:Ltd|Limited|Inc|LLC|GmbH|AG|plc|PLC|BV|B\.V|AB|SA|SAS|Pty)\.?)$/u;
const hires = /\s+(?:is|are)\s+(?:now\s+)?(?:hiring|looking for|seeking|recruiting)\b.*$/i;
const hiringSentence =
  /\b(?:looking for|seeking|hiring|recruiting|recruit|hire|need|opening for|position of|role of|join us as|search of)\s+(?:an?|the|our(?: next| first)?|\d|several|experienced|talented|\s)+\s*((?:(?:highly|very|well|skilled|experienced|talented|exceptional|motivated|passionate|qualified|new|next|first|great|strong|dedicated|ambitious|curious)[\s,]+(?:and\s+)?)*)((?:\p{Lu}[\p{L}\p{N}+#./&-]*|of|and|\/|&)(?:\s+(?:\p{Lu}[\p{L}\p{N}+#./&-]*|of|and|\/|&|\([^)]{1,40}\)))*)/u;

/** Documents about a job, or about something else, that are no job spec. */
const otherDocument =
  /\b(?:notes|minutes|agreement|proposal|invoice|requirements? specification|cover letter|curriculum vitae)\b/i;

/** Finds the title among what a document names itself by; the first that names a profession wins. */
export function titleOf(blocks: readonly Block[]): Title | null {
  const headings = blocks
    .flatMap((block) => (block.kind === "heading" && !isLeadIn(block) ? [block] : []))
    .slice(0, 6);
  const fields = blocks.flatMap((block) =>
    block.kind === "field" && topicOf(block.label) === "title" ? [block.value] : [],
  );
  const rows = blocks.flatMap((block) =>
    block.kind === "row" && topicOf(block.cells[0]?.text ?? "") === "title" ? [block.cells[1]!] : [],
  );
  const opening = blocks
    .slice(0, 3)
    .flatMap((block) => (block.kind === "prose" || block.kind === "heading" ? [block.passage] : []));
  const named = [
    ...fields,
    ...headings.filter(({ level }) => level <= 2).map(({ passage }) => passage),
    ...rows,
  ];
  const candidates = [
    ...named,
    ...opening,
    ...headings.map(({ passage }) => passage),
    ...openingFields(blocks),
  ]
    .filter(({ text }) => text !== "" && !otherDocument.test(text))
    .map(parsed);
  const role = candidates.find(({ title }) => looksLikeRole(title.text) && !isSectionName(title.text));
  if (role) return { ...role, isRole: true };
  return inProse(blocks) ?? unknownTitle(headings);
}

/** "Contract: Senior Tester" at the very top, but not "Reports to: Head of Testing". */
function openingFields(blocks: readonly Block[]): Passage[] {
  const others = /\b(?:reports?|reporting|manager|contact|department|team|division|from|to|with)\b/i;
  return blocks
    .slice(0, 2)
    .flatMap((block) => (block.kind === "field" && !others.test(block.label) ? [block.value] : []));
}

function isLeadIn({ passage }: { passage: Passage }): boolean {
  return /[:?]$/.test(passage.text);
}

/** Takes the label, the document's own name, the employer, the grade and the work place off a title. */
export function parsed(line: Passage): Omit<Title, "isRole"> {
  let title = without(line, label);
  for (const pattern of [documentName, gender]) title = without(title, pattern);
  const facts: Passage[] = [];
  for (let match = fact.exec(title.text); match !== null && match.index > 0; match = fact.exec(title.text)) {
    facts.unshift(title.slice(match.index + match[0].length - match[1]!.length).trim());
    title = title.slice(0, match.index).trim();
  }
  title = without(title, leadingArticle);
  const gradeMatch = grade.exec(title.text);
  const gradeAt = gradeMatch ? gradeMatch.index + gradeMatch[0].indexOf(gradeMatch[1]!) : 0;
  const found = gradeMatch ? title.slice(gradeAt, gradeAt + gradeMatch[1]!.length) : null;
  if (gradeMatch) title = without(title, grade);
  return { ...withoutOrganisation(title), grade: found, facts };
}

function withoutOrganisation(title: Passage): { title: Passage; organisation: Passage | null } {
  const colon = title.text.indexOf(": ");
  if (colon > 0 && looksLikeRole(title.text.slice(colon + 2)) && !endsInRole(title.text.slice(0, colon))) {
    return {
      title: title.slice(colon + 2).trim(),
      organisation: without(title.slice(0, colon).trim(), hires),
    };
  }
  const match = employer.exec(title.text) ?? company.exec(title.text);
  if (!match || !looksLikeRole(title.text.slice(0, match.index))) return { title, organisation: null };
  const organisation = title.slice(title.text.length - match[1]!.length);
  return { title: title.slice(0, match.index).trim(), organisation };
}

/** A passage without what matches at one of its ends; unchanged if nothing would be left. */
function without(passage: Passage, pattern: RegExp): Passage {
  const match = pattern.exec(passage.text);
  if (!match) return passage;
  const before = passage.slice(0, match.index).trim();
  const after = passage.slice(match.index + match[0].length).trim();
  if (before.text === "") return after.text === "" ? passage : after;
  return after.text === "" ? before : Passage.join([before, after], " ");
}

/** "We are looking for a Senior Engineer to join us": the title, where nothing else names one. */
function inProse(blocks: readonly Block[]): Title | null {
  for (const block of blocks.slice(0, 12)) {
    if (block.kind !== "prose") continue;
    const match = hiringSentence.exec(block.passage.text.slice(0, 1000));
    if (!match || !looksLikeRole(match[2]!)) continue;
    const start = match.index + match[0].length - match[2]!.length;
    return {
      title: block.passage.slice(start, start + match[2]!.length),
      organisation: null,
      grade: null,
      facts: [],
      isRole: true,
    };
  }
  return null;
}

function unknownTitle(headings: readonly { level: number; passage: Passage }[]): Title | null {
  const first = headings.find(({ level, passage }) => level <= 2 && topicOf(passage.text) === null);
  return first ? { ...parsed(first.passage), isRole: false } : null;
}
