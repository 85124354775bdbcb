import { announcements } from "./announcements.ts";
import { line } from "./phrases.ts";
import type { Topic } from "./topic.ts";

const qualifier =
  "key|core|main|job|minimum|basic|preferred|required|technical|soft|additional|desired|essential|desirable";
const part =
  "requirements?|qualifications?|responsibilities|skills|duties|benefits|perks|criteria|experience|expertise|education|" +
  "compensation|salary|location|objectives|competencies|must[ -]haves?|nice[ -]to[ -]haves?|essentials?|desirables?|" +
  "preferred|required|optional|bonus|pluses|tasks";

/** Whole lines that are a section's name even where nothing marks them as a heading. */
const sectionName = line`
  (?:(?:${qualifier}) )*(?:${part})(?: (?:and|&|\/) (?:\w+ )?(?:${part}))?
  (?:job|role|position|company|team) (?:summary|overview|purpose|profile|description)
  summary
  (?:main |key |core |other )?duties(?: of the (?:job|role|post))?
  (?:job |main )responsibilities
  person specification
  selection criteria
  about (?:us|you|the (?:role|job|team|company|position)|this role)
  what you(?:'ll| will)? (?:do|bring|need|get|be doing|have)
  what we offer
  who (?:we|you) are
  why join(?: us)?
  how to apply
  you (?:have|are|will|bring)
  you'll (?:have|bring|need)
  bonus points
  job description
  our stack
  the (?:role|team|company)
  (?:interview|hiring|application|selection) process
  what we(?:'re| are) looking for
`;

/** The part of a document that a heading, lead-in or label announces; null if its words say nothing of it. */
export function topicOf(announcement: string): Topic | null {
  const words = normal(announcement);
  return announcements.find(([, pattern]) => pattern.test(words))?.[0] ?? null;
}

export function isSectionName(text: string): boolean {
  return text.length <= 60 && sectionName.test(normal(text).replace(/\?$/, ""));
}

/** Lower case, straight apostrophes, words apart: "Key_Objectives:" is "key objectives". */
export function normal(text: string): string {
  return text
    .slice(0, 300)
    .toLowerCase()
    .replaceAll(/[’‘`´]/g, "'")
    .replaceAll(/[‐‑]/g, "-")
    .replaceAll(/_/g, " ")
    .replaceAll(/[^\p{L}\p{N}'&/+#.,()?-]+/gu, " ")
    .replaceAll(/^[\s.,)-]+|[\s.,:(-]+$/g, "");
}

const fieldLabel = line`
  (?:base |annual |gross |target )?(?:salary|pay|compensation|remuneration)(?: range| band| details)?
  (?:day|hourly|daily)? ?rate
  (?:job|work|office|primary)? ?locations?
  grade
  pay grade
  band
  company
  employer
  organi[sz]ation
  job title
  position title
  work(?:ing)? (?:pattern|arrangement|model|mode)
  workplace
  remote
`;

/** Whether a label names one fact about the job, wherever it stands: "Location: London" in any list. */
export function isFieldLabel(label: string): boolean {
  return label.length <= 40 && fieldLabel.test(normal(label));
}
