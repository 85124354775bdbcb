import type { Category } from "./schema.ts";
import type { NamedSkill } from "./skills.ts";

/** Schooling is said before anything else, or it is said in passing. */
const education =
  /\b(?:degree|bachelor\w*|master['’]s|masters|ph\.?d|b\.?sc|m\.?sc|b\.?tech|m\.?tech|mba|nvq|gcses?|diploma|graduate|(?<!experience (?:in|of|working in) (?:the )?)education|qualification|certificat\w+|accredit\w+|a-levels?)\b/i;

/** What the words of a requirement say it is about, where its skills do not; the one named first counts. */
const subjects: readonly (readonly [Category, RegExp])[] = [
  [
    "leadership",
    /\b(?:lead(?:ing|ership|s)?|mentor\w*|coach\w*|manag(?:e|ing|ement) (?:\w+ ){0,2}(?:teams?|people|staff|individuals|engineers)|managing individuals|line manag\w+|supervis\w+|people management|team management|direct reports|(?<!product )ownership)\b/i,
  ],
  [
    "communication",
    /\b(?:communicat\w+|stakeholders?|collaborat\w+|team ?(?:work|player)|present(?:ing|ations?)|interpersonal|relationships?|influenc\w+|negotiat\w+|consensus|articulat\w+|facilitat\w+|written|verbal|english|german|french|spanish|italian|dutch|portuguese|polish|swedish|danish|norwegian|finnish|welsh|arabic|hindi|mandarin|japanese|multi-?disciplinary|cross-functional|shar(?:e|ing) knowledge|storytelling|partners?)\b/i,
  ],
  ["security", /\b(?:security|secure|vulnerabilit\w+|cyber\w*|compliance|privacy|fraud|authenticat\w+)\b/i],
  ["testing", /\b(?:tests?|testing|quality assurance|qa)\b/i],
  ["database", /\b(?:databases?|quer(?:y|ies)|data ?stores?|storage)\b/i],
  ["messaging", /\b(?:messag\w+|queues?|streaming)\b/i],
  ["observability", /\b(?:monitoring|logging|observab\w+|tracing|alerting|telemetry)\b/i],
  [
    "infrastructure",
    /\b(?:infrastructure|deploy\w*|containers?|orchestration|ci\/cd|pipelines?|operations|networks?|networking|reliability|sre)\b/i,
  ],
  ["cloud", /\bclouds?\b/i],
  ["api", /\bapis?\b/i],
  ["data", /\b(?:data|analytics?|analys\w+|machine learning|statistic\w*|metrics|models?)\b/i],
  [
    "design",
    /\b(?:designs?\b(?! (?:systems?|and (?:implement|build|develop|deliver|operat)))|designers?|designing (?:\w+ ){0,2}(?:products|services|designs|interfaces|experiences)|user[- ](?:research|needs|cent\w+|experience)|usability|accessib\w+|prototyp\w+|ux|ui|inclusive|research)\b/i,
  ],
  [
    "architecture",
    /\b(?:architect\w*|design(?:ing)? (?:\w+ )?systems|concurrent users|scal(?:e|ing|able)|distributed|high[- ]throughput|performance|systems? design|latency|resilien\w+|technical strateg\w+|maintainab\w+)\b/i,
  ],
  ["language", /\b(?:programming languages?|programming)\b/i],
  [
    "practice",
    /\b(?:agile|scrum|kanban|lean|devops|version control|best practices?|iterative|workflows?|open[- ]source|documentation|code quality|coding (?:standards|assistants?)|code|problem[- ]solving|methodolog\w+|delivery|project manag\w+|prioriti\w+|(?:project|sprint|release|capacity) planning|blockers|product (?:ownership|owner|management|strategy|vision)|roadmaps?|backlogs?|software development|engineering practices)\b/i,
  ],
  [
    "experience",
    /\b(?:\d+\+?|one|two|three|five|ten)\s?(?:\([^)]*\)\s?)?(?:-|–|to|\+)?\s?\d*\+?\s?years?\b/i,
  ],
  [
    "domain",
    /\b(?:industry|sector|domain|fintech|finance|banking|health(?:care)?|retail|e-?commerce|government|public sector|insurance|logistics|gaming|education|social care|nhs|civil service|contracts|telecom\w*|energy|policy|regulat\w+|acquisition|procurement)\b/i,
  ],
];

/** Names of requirements ("Cloud platforms:") say best what they are about. */
const leads: readonly (readonly [Category, RegExp])[] = [
  ["language", /\b(?:programming )?languages?\b/i],
  ["database", /\bdatabases?\b|\bdata (?:stores?|management)\b|\bcaching\b/i],
  ["messaging", /\bmessag\w+|\bqueu\w+/i],
  ["cloud", /\bcloud\b/i],
  ["observability", /\b(?:observability|monitoring|logging|tracing)\b/i],
  ["infrastructure", /\b(?:container\w*|orchestration|infrastructure|deployment|ci\/cd|devops)\b/i],
  ["security", /\b(?:security|auth\w*|secrets?)\b/i],
  ["testing", /\btest\w*\b/i],
  ["api", /\b(?:apis?|protocol buffers|graphql)\b/i],
  ["architecture", /\b(?:architecture|system design|maintainability)\b/i],
  ["framework", /\b(?:frameworks?|front-?end|libraries)\b/i],
  ["communication", /\b(?:communication|collaboration|stakeholder\w*)\b/i],
  ["leadership", /\b(?:leadership|mentor\w*|coaching|(?<!product )ownership)\b/i],
  ["education", /\b(?:education|degree|certifications?)\b/i],
  [
    "practice",
    /\b(?:version control|agile|open source|code readability|clean code|problem[- ]solving|coding fundamentals)\b/i,
  ],
  ["experience", /^(?:years of )?experience$/i],
];

/** By its name; then by schooling and mere years; then by what most of its skills are; then by its words. */
export function categoryOf(
  text: string,
  lead: string,
  skills: readonly NamedSkill[],
  hasYears: boolean,
): Category {
  const byLead = lead === "" ? undefined : leads.find(([, pattern]) => pattern.test(lead))?.[0];
  if (byLead && !(byLead === "language" && isSpoken(text, skills))) return byLead;
  const schooling = text.search(education);
  if (schooling !== -1 && (skills.length === 0 || schooling < 40)) return "education";
  if (hasYears && skills.length === 0) return "experience";
  const main = skills.filter(({ start }) => !isAside(text, start));
  return mostCommon(main.length > 0 ? main : skills) ?? firstSubject(text) ?? "other";
}

/** "Languages: German" are not programming languages. */
function isSpoken(text: string, skills: readonly NamedSkill[]): boolean {
  return skills.length === 0 && firstSubject(text) === "communication";
}

/** The subject that is named first. */
function firstSubject(text: string): Category | undefined {
  const named = subjects.flatMap(([category, pattern]) => {
    const at = text.search(pattern);
    return at === -1 ? [] : [{ category, at }];
  });
  return named.sort((one, other) => one.at - other.at)[0]?.category;
}

/** What stands in brackets are details: "PostgreSQL (replication, sharding)" is about PostgreSQL. */
function isAside(text: string, at: number): boolean {
  return text.lastIndexOf("(", at) > text.lastIndexOf(")", at);
}

function mostCommon(skills: readonly NamedSkill[]): Category | undefined {
  const counts = new Map<Category, number>();
  for (const { category } of skills) counts.set(category, (counts.get(category) ?? 0) + 1);
  return [...counts].reduce<[Category, number] | undefined>(
    (best, entry) => (best && best[1] >= entry[1] ? best : entry),
    undefined,
  )?.[0];
}
