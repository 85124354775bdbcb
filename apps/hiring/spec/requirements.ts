import { categoryOf } from "./category.ts";
import { kindOf } from "./kind.ts";
import type { Line } from "./line.ts";
import type { Passage } from "./passage.ts";
import { placeholder } from "./placeholder.ts";
import type { Quoter, Span } from "./quote.ts";
import type { Requirement, Unread } from "./schema.ts";
import { sentencesOf } from "./sentences.ts";
import { skillsIn } from "./skills.ts";
import type { Topic } from "./topic.ts";
import { yearsIn } from "./years.ts";

export interface RequirementReading {
  readonly requirements: readonly Requirement[];
  readonly unread: readonly Unread[];
}

const asking = new Set<Topic | null>(["must", "nice", "requirements", "experience"]);

/** In prose, a sentence is a requirement if it says what the candidate has to have… */
const demands =
  /\b(?:requires?|required to have|must (?:have|be|possess|demonstrate|hold)|(?:you|candidates?|applicants?)(?:['’]ll| will| should)? (?:also )?(?:need|have|know|bring|possess|hold|are (?:able|comfortable|fluent|familiar|experienced|proficient))|should have|is (?:essential|required|mandatory|a must|a plus|desirable|preferred))\b/i;
const qualities =
  /\b(?:experience|expertise|knowledge|skills?|abilit(?:y|ies)|degree|proficien\w+|understanding|background|familiarity|fluen\w+|competen\w+|qualification|certification|licen[cs]e|clearance|years)\b/i;
/** …or starts with a quality: "Strong knowledge of SQL." */
const startsWithQuality =
  /^(?:(?:an?|the|some|good|strong|solid|proven|deep|excellent|extensive|demonstrable|demonstrated|working|advanced|expert|in-depth|hands-on|practical|previous|prior|relevant|professional|basic|sound|thorough|broad|clear|great|outstanding|exceptional|minimum(?: of)?|at least|\d+\+?(?:\s?[-–]\s?\d+)?)\s)*(?:experience[ds]?|expertise|knowledge|skills?|ability|able|degree|proficien\w+|understanding|background|familiar\w*|fluen\w+|bachelor\w*|master\w*|phd|years?|communication|skilled|competen\w+|comfortable|passion\w*|track record|certifi\w+)\b/i;
/** How to apply and how candidates are judged are said with the same words, and ask for nothing. */
const procedural =
  /\b(?:resumes?|résumés?|cvs?|cover letter|interviews?|appl(?:y|ying|ication|ications|icants)|assess(?:ed|ment)?|please note|disqualif\w+|tie[- ]?break|in the event of|considered|selection (?:process|criteria)|submit\w*|successful applicants|encourage|feedback|sift\w*|we are an equal)\b/i;

export function requirementsOf(lines: readonly Line[], quoter: Quoter): RequirementReading {
  const requirements: Requirement[] = [];
  const unread: Unread[] = [];
  for (const line of lines) {
    for (const { passage, span } of statementsOf(line)) {
      const reason = placeholder(passage.text);
      if (reason !== null) unread.push({ reason, quote: quoter.quote(span) });
      else requirements.push(requirement(passage, span, line, quoter));
    }
  }
  return { requirements, unread };
}

interface Stated {
  readonly passage: Passage;
  readonly span: Span;
}

function statementsOf(line: Line): Stated[] {
  const isAsked = asking.has(line.topic);
  if (line.kind === "prose") {
    const parts = sentencesOf(line.passage).flatMap((sentence) =>
      isAsked ? clausesOf(sentence) : [sentence],
    );
    return parts.filter(({ text }) => asks(text, line.topic)).map(whole);
  }
  if (!isAsked) return line.kind === "item" && asks(line.passage.text, line.topic) ? [line] : [];
  if (isBound(line)) return [];
  const clauses = line.kind === "field" ? clausesOf(line.passage) : [];
  return clauses.length > 1 ? clauses.map(whole) : [{ passage: line.passage, span: line.span }];
}

/** "Leading teams; crafting roadmaps; and building alignment": a sentence may hold several. */
function clausesOf(passage: Passage): Passage[] {
  const ends = [...passage.text.matchAll(/\s*;\s*(?:and\s+)?/g)];
  const starts = [0, ...ends.map((end) => end.index + end[0].length)];
  const clauses = starts.map((start, index) =>
    passage.slice(start, ends[index]?.index ?? passage.text.length),
  );
  return clauses.map((clause) => clause.trim()).filter(({ text }) => text !== "");
}

function whole(passage: Passage): Stated {
  return { passage, span: passage.span() };
}

/** What only leads to a list, with or without a colon, and what only asks. */
const announces = /[?:]$|\b(?:follows|following|below|includes?|including|are|is)$/i;

/** A line without a full stop is an item whose bullet was lost. */
const lineMax = 140;

/** "Applicants must have a degree" is not about applying. */
const demandOnApplicants =
  /\b(?:all |successful )?(?:applicants?|candidates?) (?:must|should|need to|are required to) (?:also )?(?:be able|have|hold|possess|demonstrate)\b/gi;

/** What a sentence in any part of a document has to say to be a requirement all the same… */
const demandsAnywhere =
  /\b(?:role|position|job|candidates?) requires?\b|\byou (?:must|(?:will |also )?need to) (?:also )?(?:have|be|hold)\b|\byou(?:['’]ll| will) (?:also )?need (?!to\b)/i;
/** …of which it has to name one, or the right to do the work. */
const eligibility = /\b(?:citizens?|nationals?|citizenship|right to work|work permit|visa|driv(?:er|ing)\b)/i;

/** Outside the sections that ask, only a sentence that demands a quality is a requirement. */
function asks(text: string, topic: Topic | null): boolean {
  const said = text.replaceAll(demandOnApplicants, "you must have");
  if (announces.test(said) || procedural.test(said)) return false;
  if (topic === "about" || topic === null)
    return demandsAnywhere.test(said) && (qualities.test(said) || eligibility.test(said));
  if (!asking.has(topic)) return false;
  const isLine = !/[.!]$/.test(said) && said.length <= lineMax;
  const isDemand =
    demands.test(said) && (qualities.test(said) || eligibility.test(said) || skillsIn(said).length > 0);
  return isLine || startsWithQuality.test(said) || isDemand;
}

/** "Minimum: 5 years" below "Experience range" bounds the experience; it asks for nothing more. */
function isBound({ topic, passage, label }: Line): boolean {
  return (
    topic === "experience" && /^(?:min|max|sweet spot|ideal|target|preferred)/i.test(label || passage.text)
  );
}

function requirement(passage: Passage, span: Span, line: Line, quoter: Quoter): Requirement {
  const text = passage.text;
  const skills = skillsIn(text);
  const years = yearsIn(text).find(({ isIdeal }) => !isIdeal);
  const lead = line.kind === "item" ? line.label || (/^([^:.]{2,40}):\s/.exec(text)?.[1] ?? "") : "";
  return {
    kind: kindOf(text, line.topic),
    category: categoryOf(text, lead, skills, years !== undefined),
    text,
    skills: skills.map(({ name }) => name),
    years: years ? { min: years.min, max: years.max } : null,
    quote: quoter.quote(span),
  };
}
