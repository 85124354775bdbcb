import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bytesMax, linesMax } from "./decode.ts";
import { readJobSpec } from "./read.ts";

function refusalOf(source: string | Uint8Array): string {
  const bytes = typeof source === "string" ? new TextEncoder().encode(source) : source;
  const reading = readJobSpec(bytes, "text/markdown");
  assert.ok(!reading.ok, "it was read as a job spec");
  return reading.message;
}

const lorem =
  "Lorem ipsum dolor sit amet, consectetur adipiscing elit. Sed do eiusmod tempor incididunt ut labore. ".repeat(
    20,
  );

const cv = `# Jane Doe

Senior Software Engineer · jane@example.org · +44 20 0000 0000

## Experience

### Senior Software Engineer, Acme (2019 – present)
- Led a team of five developers
- Built services in Go and PostgreSQL

### Developer, Initech (2015 – 2019)
- Maintained Java services

## Education

BSc Computer Science, 2015

## Skills

- Go, Java, SQL
- Kubernetes
`;

const readme = `# tiny-engine

A tiny template engine.

## Requirements

- Node.js 20 or newer
- PostgreSQL 15

## Installation

\`\`\`
npm install tiny-engine
\`\`\`

## Usage

Call \`render\` with a template.

## License

MIT
`;

const code = `import { readFile } from "node:fs";

export class UserManager {
  constructor(private store) {
    this.store = store;
  }
  find(id) {
    return this.store.get(id);
  }
}
`;

describe("what is no job spec", () => {
  it("refuses an empty document", () => {
    assert.match(refusalOf(""), /empty/);
    assert.match(refusalOf(" \n\t\n"), /empty/);
    assert.match(refusalOf(Uint8Array.of(0xef, 0xbb, 0xbf)), /empty/);
  });

  it("refuses what is too large, and says the limit", () => {
    assert.match(refusalOf(new Uint8Array(5 * 1024 * 1024)), new RegExp(`5242880 bytes.*${bytesMax}`));
    assert.match(
      refusalOf(`# Engineer${"\n".repeat(linesMax)}`),
      new RegExp(`${linesMax + 1} lines.*${linesMax}`),
    );
  });

  it("refuses binary files, by name where it knows them", () => {
    assert.match(refusalOf("%PDF-1.7\n%âãÏÓ\n1 0 obj"), /a PDF/);
    assert.match(refusalOf(Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 6, 0)), /zip archive/);
    assert.match(refusalOf(Uint8Array.from({ length: 4096 }, (_, index) => (index * 7) % 256)), /binary/);
  });

  it("refuses prose of other kinds and says what is missing", () => {
    assert.match(refusalOf(lorem), /not a job spec: it has no job title/);
    assert.match(
      refusalOf("# Minutes of the meeting\n\nWe met and talked.\n\n- Milk\n- Bread\n"),
      /no requirements/,
    );
    assert.match(refusalOf("It was a dark and stormy night. The rain fell in torrents."), /not a job spec/);
  });

  it("refuses letters, recipes, notes and other specifications", () => {
    const letter =
      "Dear hiring manager,\n\nI am applying for the Senior Engineer position. I have 8 years of Go.\n";
    assert.match(refusalOf(letter), /not a job spec/);
    assert.match(
      refusalOf("# Chocolate cake\n\n## Requirements\n\n- 200 g flour\n- 3 eggs\n"),
      /no job title/,
    );
    assert.match(refusalOf("# Interview notes: Senior Engineer\n\n- Good on Go\n"), /not a job spec/);
    assert.match(
      refusalOf("# Requirements Specification: Invoice Manager\n\n## Requirements\n\n- It must print\n"),
      /not a job spec/,
    );
  });

  it("refuses a CV, a README and source code, and says what they look like", () => {
    assert.match(refusalOf(cv), /not a job spec.*looks like a CV/);
    assert.match(refusalOf(readme), /not a job spec.*looks like a software README/);
    assert.match(refusalOf(code), /not a job spec/);
  });
});
