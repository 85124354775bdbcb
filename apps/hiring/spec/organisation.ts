import type { Line } from "./line.ts";
import type { Passage } from "./passage.ts";
import { looksLikeRole } from "./roles.ts";
import { sentencesOf } from "./sentences.ts";
import { topicOf } from "./vocabulary.ts";

const name =
  "\\p{Lu}[\\p{L}\\p{N}&'’-]*(?:\\.[\\p{L}\\p{N}]+)*(?: (?:(?:of|for|and|the|&) )?\\p{Lu}[\\p{L}\\p{N}&'’-]*(?:\\.[\\p{L}\\p{N}]+)*){0,5}";

/** Sentences that name the employer, each with the name as its first group. */
const statements: readonly RegExp[] = [
  new RegExp(`^(?:At|Here at) (${name}),? (?:we|our|you)\\b`, "u"),
  new RegExp(
    `^(${name})(?: \\([^)]{1,60}\\))?(?:, [^,]{1,80},)? (?:is|are) (?:currently |now |actively )?(?:hiring|seeking|looking for|recruiting|searching for|growing)\\b`,
    "u",
  ),
  new RegExp(`\\b[Aa]s an? [^.,]{3,80}? (?:at|within|in|for) (?:the )?(${name}),? you(?:'|’| )`, "u"),
  new RegExp(`^(${name}) is (?:proud to be )?an [Ee]qual [Oo]pportunit(?:y|ies) [Ee]mployer\\b`, "u"),
  new RegExp(`\\b[Jj]oin (${name})(?: as\\b|['’]s\\b)`, "u"),
];

const notAName =
  /^(?:we|this|the|our|you|your|it|they|he|she|candidates?|applicants?|team|agile|an?|i|there|product|design|engineering)\b/i;
const aboutHeading = new RegExp(`^About (${name})$`, "u");
const aboutOther = /^about (?:the|us|you|your|our|this|working|me|role|job|team|company|position)\b/i;

/** Who the job is with, if a field, a heading or a plain sentence says so. */
export function organisationOf(lines: readonly Line[], headings: readonly Passage[]): Passage | null {
  const field = lines.find(({ kind, topic }) => kind === "field" && topic === "organisation");
  return (
    field?.passage ??
    aboveDocumentName(headings) ??
    inSentences(lines) ??
    headings.map(inHeading).find((found) => found !== null) ??
    null
  );
}

const documentName = /^(?:job|role) (?:description|profile|specification)$|^person specification$/i;

/** "RIVERSIDE COUNCIL" above "JOB DESCRIPTION": a letterhead. */
function aboveDocumentName([first, second]: readonly Passage[]): Passage | null {
  const isLetterhead = first && second && documentName.test(second.text) && !looksLikeRole(first.text);
  return isLetterhead && topicOf(first.text) === null ? first : null;
}

function inSentences(lines: readonly Line[]): Passage | null {
  for (const { kind, passage } of lines) {
    if (kind === "item") continue;
    for (const sentence of sentencesOf(passage).slice(0, 20)) {
      const found = inSentence(sentence);
      if (found) return found;
    }
  }
  return null;
}

function inSentence(sentence: Passage): Passage | null {
  const text = sentence.text.slice(0, 400);
  for (const statement of statements) {
    const match = statement.exec(text);
    if (!match || notAName.test(match[1]!)) continue;
    const start =
      match.index +
      match[0].indexOf(match[1]!, /^\b[Aa]s an?/.test(match[0]) ? match[0].lastIndexOf(` ${match[1]!}`) : 0);
    return sentence.slice(start, start + match[1]!.length);
  }
  return null;
}

/** "About Acme", where it is not about the role, the team or us. */
function inHeading(heading: Passage): Passage | null {
  const match = aboutHeading.exec(heading.text);
  return match && !aboutOther.test(heading.text)
    ? heading.slice(heading.text.length - match[1]!.length)
    : null;
}
