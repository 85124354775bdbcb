import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bytesMax } from "./decode.ts";
import { readJobSpec } from "./read.ts";
import { tame } from "./tame.ts";
import { mask } from "./template.ts";

const head = "# Senior Engineer\n\n## Requirements\n\n";
const fill = (text: string) =>
  head + text.repeat(Math.floor((bytesMax - head.length) / Buffer.byteLength(text)));

/** Shapes that make careless parsers nest, backtrack or look the rest of the text through again and again. */
const shapes: Readonly<Record<string, string>> = {
  brackets: fill("["),
  emphasis: fill("*a **b "),
  "list marks": fill("- "),
  "quote marks": fill("> "),
  "open tags": fill("{% comment %}"),
  "open braces": fill("{{ "),
  "open comments": fill("<!-- "),
  "nested HTML": fill("<ul><li>"),
  cells: fill("| a "),
  digits: fill("1,000"),
  years: fill("5+ years of experience, "),
  skills: fill("Go, "),
  mojibake: fill("â€™"),
  items: fill("- 5 years of Go\n".repeat(4)).split("\n").slice(0, 8000).join("\n"),
  fields: fill("Location: London\n").split("\n").slice(0, 8000).join("\n"),
  clauses: fill("a; "),
  indentation: head + Array.from({ length: 700 }, (_, depth) => `${" ".repeat(depth)}- a`).join("\n"),
};

describe("hostile documents", () => {
  for (const [name, source] of Object.entries(shapes)) {
    it(`is done with a document of ${name}`, { timeout: 10_000 }, () => {
      assert.ok(Buffer.byteLength(source) <= bytesMax, "it would be refused unread");
      const reading = readJobSpec(Buffer.from(source), "text/markdown");
      assert.ok(!reading.ok || reading.spec.title.text === "Senior Engineer");
    });
  }

  it("bounds what the Markdown parser is given, and moves nothing", () => {
    for (const source of Object.values(shapes)) {
      const tamed = tame(source);
      assert.equal(tamed.length, source.length);
      for (const paragraph of tamed.split("\n\n")) {
        assert.ok((paragraph.match(/[[\]*_`<&!~\\]/g)?.length ?? 0) <= 400);
      }
      for (const line of tamed.split("\n")) {
        assert.ok((/^(?:\s*(?:>|[-+*](?=\s)))*/.exec(line)![0].match(/[->+*]/g)?.length ?? 0) <= 12);
        assert.ok((line.match(/\|/g)?.length ?? 0) <= 64);
      }
    }
  });

  it("blanks templates and comments without moving a character", () => {
    const source = "a {% comment x %}\nb {% endcomment -- %}c {{ d }} <!-- e\n\nf --> <%= g %> {{ open";
    const { text, tags } = mask(source);
    assert.equal(
      text,
      `a ${" ".repeat(15)}\n${" ".repeat(21)}c ${" ".repeat(7)} ${" ".repeat(6)}\n\n${" ".repeat(5)} ${" ".repeat(8)} {{ open`,
    );
    assert.deepEqual(
      tags.map((tag) => tag.text),
      ["{{ d }}", "<%= g %>"],
    );
  });
});
