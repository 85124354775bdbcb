import type { Line } from "./line.ts";
import type { JobSpec } from "./schema.ts";
import type { Topic } from "./topic.ts";

/** What speaks for a job spec, in points; a title that names a profession alone is just enough. */
const enough = 2;

/** What other kinds of documents look like. Each is named in the refusal. */
const others: readonly { name: string; signs: readonly RegExp[]; needed: number }[] = [
  {
    name: "a CV",
    needed: 2,
    signs: [
      /\bcurriculum vitae\b|^#*\s*r[eé]sum[eé]\s*$/im,
      /^\W*(?:work |professional |employment )?(?:history|experience)\W*$/im,
      /^\W*(?:education|references|hobbies|interests|publications|languages|personal (?:details|statement|profile))\W*$/im,
      /\b(?:19|20)\d{2}\s?(?:-|–|—|to)\s?(?:(?:19|20)\d{2}|present|now|current)\b/i,
      /[\w.+-]{1,64}@[\w-]{1,64}\.\w{2,}/,
      /\b(?:I have|I am|I was|I led|my (?:experience|career|role))\b/,
    ],
  },
  {
    name: "a software README",
    needed: 2,
    signs: [
      /\b(?:npm (?:install|i|run|start|test)|yarn (?:add|install)|pip install|cargo (?:add|build|install)|docker (?:run|compose)|git clone|go get|brew install|make install)\b/,
      /^#+\s*(?:installation|install|usage|getting started|quick ?start|license|licence|contributing|changelog|api(?: reference)?|features|configuration|build(?:ing)?)\b/im,
      /^(?:```|~~~)/m,
      /!\[[^\]]{0,80}\]\([^)]{0,300}(?:badge|shield)/i,
    ],
  },
  {
    name: "source code",
    needed: 2,
    signs: [
      /^\s*(?:import|from|export|require|#include|using|package)\b[^\n]{0,200}[;>'"]\s*$/m,
      /^\s*(?:(?:public|private|export|async|static|def|fn|func|function|class|const|let|var|interface|struct)\s)[^\n]{0,200}[{(:=][^\n]{0,200}$/m,
      /[;{}]\s*\n[^\n]{0,200}[;{}]\s*\n[^\n]{0,200}[;{}]\s*(?:\n|$)/,
    ],
  },
];

const addressed =
  /\b(?:we(?:['’]re| are) (?:looking for|seeking|hiring|recruiting)|is (?:seeking|hiring|looking for)|(?:this|the) (?:role|position|vacancy)|successful candidates?|you(?:['’]ll| will) (?:be|have|work|join|lead|need)|join (?:our|us|the team)|your application|apply (?:now|by|to|for))\b/i;
const looked = 20_000;

export interface Evidence {
  readonly isRole: boolean;
  readonly spec: Omit<JobSpec, "title" | "repairs" | "unread">;
  readonly lines: readonly Line[];
  readonly document: string;
}

/** Null if the document is a job spec; else what it lacks, and what it looks like instead. */
export function whyNotAJobSpec(evidence: Evidence): string | null {
  const { spec } = evidence;
  const head = evidence.document.slice(0, looked);
  const other = others.find(({ signs, needed }) => signs.filter((sign) => sign.test(head)).length >= needed);
  const isAddressed = addressed.test(head);
  const points = pointsOf(evidence) + (isAddressed ? 1 : 0);
  if (other ? points >= enough + 3 && isAddressed : points >= enough && hasCore(evidence)) return null;
  const missing = [
    evidence.isRole ? "" : "job title",
    spec.requirements.length > 0 ? "" : "requirements",
    spec.responsibilities.length > 0 ? "" : "responsibilities",
    spec.salary || spec.grade ? "" : "salary or grade",
  ].filter((part) => part !== "");
  const looks = other ? ` It looks like ${other.name}.` : "";
  return `The document is not a job spec: ${missing.length > 0 ? `it has no ${listed(missing)}` : "too little of it speaks of a job"}.${looks}`;
}

/** A list of requirements alone may be of anything: a title, or two parts that job specs have, must be there. */
function hasCore({ isRole, spec, lines }: Evidence): boolean {
  if (isRole) return true;
  const has = (topic: Topic) => lines.some((line) => line.topic === topic);
  const parts = [
    spec.requirements.length > 0,
    spec.responsibilities.length > 0,
    spec.salary !== null,
    spec.grade !== null,
    has("benefits"),
  ];
  return parts.filter(Boolean).length >= 2 && spec.requirements.length + spec.responsibilities.length > 1;
}

function pointsOf({ isRole, spec }: Evidence): number {
  const points = [
    isRole ? 2 : 0,
    spec.requirements.length > 0 ? 1 : 0,
    spec.responsibilities.length > 1 ? 1 : 0,
    spec.salary !== null ? 1 : 0,
    spec.grade !== null ? 1 : 0,
    spec.locations.length > 0 ? 1 : 0,
    spec.benefits.length > 0 ? 1 : 0,
    spec.experience.length > 0 ? 1 : 0,
  ];
  return points.reduce<number>((sum, point) => sum + point, 0);
}

function listed(parts: readonly string[]): string {
  return parts.length === 1
    ? parts[0]!
    : `${parts.slice(0, -1).join(", ")} and no ${parts.at(-1)!}`.replaceAll(", ", ", no ");
}
