import { type Fault, isTest, lineAt, sources, type Tree } from "./tree.ts";

const PAGE = "ARCHITECTURE.md";

/** Where a word must be at home: the contracts and what runs on them. */
const HOME = /^(model|ports|runtime)\//;

/** The rows of the glossary: the page's last table. */
const ROW = /^\| ([a-z ]+) \| .+ \|$/gm;

/** Faults of the glossary: words that the code does not speak, words told twice. */
export function glossary(tree: Tree): Fault[] {
  const page = tree.get(PAGE) ?? "";
  const from = page.indexOf("\n## Words\n");
  if (from < 0) return [{ path: PAGE, line: 0, message: "There is no glossary." }];
  const code = sources(tree)
    .filter(([path]) => HOME.test(path) && !isTest(path))
    .map(([, text]) => text)
    .join("\n");
  const seen = new Set(["word"]);
  return [...page.matchAll(ROW)].flatMap((row) => {
    const word = row[1]!;
    if (row.index < from || word === "word") return [];
    const fault = faultOf(word, code, seen);
    seen.add(word);
    return fault ? [{ path: PAGE, line: lineAt(page, row.index), message: fault }] : [];
  });
}

function faultOf(word: string, code: string, seen: ReadonlySet<string>): string | null {
  if (seen.has(word)) return `"${word}" is told twice.`;
  const spoken = new RegExp(`\\b${word}(s|es|ed)?\\b`, "i").test(code);
  return spoken ? null : `"${word}" is a word that the code does not speak.`;
}
