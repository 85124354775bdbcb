import type { Category } from "./schema.ts";
import { skillTable } from "./skill-table.ts";

export interface Skill {
  readonly name: string;
  readonly category: Category;
}

/** A skill and where a text first names it. */
export interface NamedSkill extends Skill {
  readonly start: number;
}

/** A spelling of a skill, as lower-case words with the signs between them. */
interface Spelling {
  readonly skill: Skill;
  readonly text: string;
  readonly isCommonWord: boolean;
}

/** Letters, digits and the signs that names of technologies hold: "C#", "C++", "Node.js", "CI/CD". */
const nameStart = /[\p{L}\p{N}.]/u;
const wordChar = /[\p{L}\p{N}_]/u;

const spellings = spellingsByFirstWord();

/** The skills that a text names, each once, in the order of the text. The longest name at a place counts. */
export function skillsIn(text: string): NamedSkill[] {
  const lower = text.toLowerCase();
  const found = new Map<string, NamedSkill>();
  for (let at = 0; at < text.length; ) {
    const spelling = startsName(text, at) ? spellingAt(text, lower, at) : undefined;
    if (spelling && !found.has(spelling.skill.name))
      found.set(spelling.skill.name, { ...spelling.skill, start: at });
    at += spelling ? spelling.text.length : 1;
  }
  return [...found.values()];
}

function startsName(text: string, at: number): boolean {
  const before = text[at - 1] ?? " ";
  if (!nameStart.test(text[at]!)) return false;
  return text[at] === "." ? !/[\p{L}\p{N}.]/u.test(before) : !wordChar.test(before) && before !== ".";
}

function spellingAt(text: string, lower: string, at: number): Spelling | undefined {
  const known = spellings.get(firstWord(lower, at)) ?? [];
  return known.find((spelling) => {
    const end = at + spelling.text.length;
    if (!matches(text, lower, at, spelling) || !endsName(text, end, spelling.text)) return false;
    return !spelling.isCommonWord || isCapitals(spelling.text) || isTechnology(text, at, end);
  });
}

function matches(
  text: string,
  lower: string,
  at: number,
  { text: spelling, isCommonWord }: Spelling,
): boolean {
  return isCommonWord ? text.startsWith(spelling, at) : lower.startsWith(spelling.toLowerCase(), at);
}

/** "Java" does not end before "Script", nor "C" before "++", nor "REST" before "-based" becomes another word. */
function endsName(text: string, end: number, spelling: string): boolean {
  const next = text[end] ?? " ";
  if (/[+#]$/.test(spelling) && /\d/.test(next)) return true;
  if (wordChar.test(next) || next === "#") return false;
  if (next === "+") return !/^\+\+/.test(text.slice(end)) && !/[+#]$/.test(spelling);
  return !(
    next === "." &&
    /[a-z\d]$/i.test(spelling) &&
    /^\.(?:js|net|io)\b/i.test(text.slice(end, end + 5))
  );
}

const listed = /^\s?(?:[,;/|)\]]|\.(?:\s|$)|$|:)/;
const technical =
  /^\s(?:and|or|&|is|are|as|for|on|with|developers?|engineers?|engineering|programm\w+|languages?|code|codebases?|services?|micro\w+|idioms?|modules?|frameworks?|experience|expertise|development|environments?|applications?|apps?|stack|back-?ends?|front-?ends?|skills|testing|knowledge|functions?|charts?|server\w*|APIs?|libraries|integration|cookbooks?|\d)\b/i;
const introduced =
  /(?:^|[\s(])(?:in|with|of|using|use|uses|know|like|e\.g\.|including|and|or|our|modern|idiomatic|advanced|some|via|from|to)\s$|[,/(:;|—–-]\s?$/i;
const ordinary =
  /^(?:[-–]|\s(?:to|to-market|above|beyond|the extra|live|ahead|further|at|suite|level|&)\b|&|'|’)/i;

/** Whether a word that has another meaning stands where technologies stand: in a list, after "in" or "with". */
function isTechnology(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 16), start);
  const after = text.slice(end, end + 20);
  if (ordinary.test(after) && !/^\s(?:&)\s\p{Lu}/u.test(after))
    return isUsed(before) && !/^[-–&'’]|^\s(?:to[- ]market|level|suite|&)/i.test(after);
  if (introduced.test(before)) return true;
  return listed.test(after) || technical.test(after);
}

function isUsed(before: string): boolean {
  return /\b(?:use|using|uses|in|with|write|writing)\s$/i.test(before);
}

/** "SOLID" is never the word "solid"; a single capital letter may be anything. */
function isCapitals(spelling: string): boolean {
  return /^\p{Lu}{2}/u.test(spelling);
}

function firstWord(lower: string, at: number): string {
  let end = at + 1;
  while (end < lower.length && end - at < 40 && /[\p{L}\p{N}]/u.test(lower[end]!)) end += 1;
  return lower.slice(at, end);
}

function spellingsByFirstWord(): Map<string, Spelling[]> {
  const index = new Map<string, Spelling[]>();
  for (const spelling of allSpellings()) {
    const key = firstWord(spelling.text.toLowerCase(), 0);
    index.set(key, [...(index.get(key) ?? []), spelling]);
  }
  for (const entries of index.values()) entries.sort((one, other) => other.text.length - one.text.length);
  return index;
}

function allSpellings(): Spelling[] {
  return Object.entries(skillTable).flatMap(([category, rows]) =>
    rows.split(/\s+\|\s+/).flatMap((row) => {
      const [first, ...others] = row.trim().split("|");
      const skill = { name: first!.replace(/^=/, ""), category: category as Category };
      return [first!, ...others].map((text) => ({
        skill,
        text: text.replace(/^=/, ""),
        isCommonWord: text.startsWith("="),
      }));
    }),
  );
}
