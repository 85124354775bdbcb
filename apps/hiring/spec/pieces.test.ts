import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { piecesOf } from "./pieces.ts";
import { readJobSpec } from "./read.ts";

/** What is cut, and where, shows only in long texts. */
const long = (part: string) => part.repeat(Math.ceil(10_000 / part.length));

describe("pieces of a Markdown text", () => {
  it("make up the text", () => {
    const text = long(
      "## Requirements\n\n- Go\n- SQL\n\n  and more of it\n\n<div>\n- a\n- b\n</div>\n\nThe end.\n\n",
    );
    const pieces = piecesOf(text);
    assert.ok(pieces.length > 2);
    assert.equal(pieces.join(""), text);
  });

  it("begin where a block begins at the left margin, never within HTML or an item", () => {
    const text = long(
      "Words of a paragraph\n- that a list follows\n\n  and goes on\n\n<ul>\n- a\n- b\n</ul>\n\n",
    );
    const starts = new Set(piecesOf(text).map((piece) => piece.split("\n")[0]));
    for (const start of starts) assert.match(start!, /^(?:Words|<ul>)/);
    assert.ok(piecesOf(long("- an item\n")).length > 2);
  });

  it("are one where a construct reaches over blank lines", () => {
    for (const part of ["~~~\na\n\nb\n~~~\n\n", "<pre>\n\na</pre>\n\n", "[a]: b\n\nText [a].\n\n"])
      assert.equal(piecesOf(long(part)).length, 1);
  });

  it("leave what is read the same, wherever it stands", () => {
    const section = "## Requirements\n\n- 5 years of Go\n- **SQL**\n  - PostgreSQL\n\n1. Git\n2. Linux\n\n";
    const times = 200;
    const reading = readJobSpec(Buffer.from(`# Engineer\n\n${section.repeat(times)}`), "text/markdown");
    assert.ok(reading.ok);
    const once = ["5 years of Go", "SQL", "PostgreSQL", "Git", "Linux"];
    const { requirements } = reading.spec;
    assert.deepEqual(
      requirements.map(({ text }) => text),
      Array.from({ length: times }, () => once).flat(),
    );
    assert.deepEqual(
      requirements.filter(({ text }) => text === "Git").map(({ quote }) => quote.line),
      Array.from({ length: times }, (_, index) => 9 + index * 9),
    );
  });
});
