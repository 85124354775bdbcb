import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Quoter } from "../spec/quote.ts";
import { documentMarkup } from "./document.ts";
import type { Quoted, Tone } from "./findings.ts";

/** Findings that quote these stretches, numbered in the order given. */
function findings(document: string, ...stretches: readonly [number, number, Tone?][]): Quoted[] {
  const quoter = new Quoter(document);
  return stretches.map(([start, end, tone = "plain"], index) => ({
    tone,
    text: "",
    details: [],
    number: index + 1,
    quote: quoter.quote({ start, end }),
  }));
}

/** The markup in short: `[1 a]` is a quote with its place to point at, `(a)` one that goes on, `1` the way back. */
function short(document: string, ...stretches: readonly [number, number][]): string {
  return documentMarkup(document, findings(document, ...stretches))
    .text.replaceAll(/<span class="line" data-line="(\d+)"><\/span>/g, "$1|")
    .replaceAll(/<mark class="plain" id="quote-(\d+)">/g, "[$1 ")
    .replaceAll(/<mark class="plain">/g, "[")
    .replaceAll(/<a class="number" href="#finding-(\d+)" aria-label="Finding \1">\1<\/a>/g, "^$1")
    .replaceAll("</mark>", "]");
}

describe("the marked document", () => {
  it("is the document, line by line", () => {
    assert.equal(short("one\n\ntwo\n"), "1|one\n2|\n3|two\n");
    assert.equal(short("one"), "1|one");
  });

  it("marks a quote in place, also across lines", () => {
    assert.equal(short("a bc\nde f", [2, 7]), "1|a [1 bc\n2|de^1] f");
  });

  it("marks quotes within quotes", () => {
    assert.equal(short("abcdef", [0, 6], [2, 4]), "1|[1 ab[2 cd^2]ef^1]");
  });

  it("marks the same words for two findings, the first innermost", () => {
    assert.equal(short("abc", [0, 3], [0, 3]), "1|[2 [1 abc^1]^2]");
  });

  it("marks quotes that overlap, the second in two pieces", () => {
    assert.equal(short("abcdef", [0, 4], [2, 6]), "1|[1 ab[2 cd]^1][ef^2]");
  });

  it("marks three that overlap, each with one place to point at and one way back", () => {
    const markup = short("abcdefgh", [0, 4], [2, 6], [3, 8]);
    assert.equal(markup, "1|[1 ab[2 c[3 d]]^1][[ef]^2][gh^3]");
  });

  it("marks a quote of nothing, and one at the end of the document", () => {
    assert.equal(short("ab", [1, 1], [1, 2]), "1|a[2 [1 ^1]b^2]");
  });

  it("says how strongly a quote is meant", () => {
    const { text } = documentMarkup("ab", findings("ab", [0, 2, "must"]));
    assert.match(text, /<mark class="must" id="quote-1">ab/);
  });

  it("escapes the document", () => {
    const hostile = `<script>alert("1")</script> & 'x'`;
    const { text } = documentMarkup(hostile, findings(hostile, [8, 15]));
    assert.doesNotMatch(text, /<script/);
    assert.match(text, /&lt;script&gt;<mark class="plain" id="quote-1">alert\(&quot;<a /);
  });

  it("leaves out no letter, wherever quotes begin and end", () => {
    const document = "ab <c>\n\n&d \u{1f600}e\nf";
    for (let seed = 1; seed < 200; seed++) {
      const stretches = Array.from({ length: 1 + (seed % 5) }, (_, index): [number, number] => {
        const start = (seed * 7 + index * 5) % document.length;
        return [start, start + ((seed * 3 + index * 11) % (document.length - start + 1))];
      });
      const { text } = documentMarkup(document, findings(document, ...stretches));
      const plain = text.replaceAll(/<a [^>]*>\d+<\/a>|<[^>]+>/g, "");
      assert.equal(plain.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"), document);
      for (const number of stretches.keys()) {
        assert.equal(text.split(` id="quote-${number + 1}"`).length, 2, `quote ${number + 1} of ${seed}`);
        assert.equal(
          text.split(` href="#finding-${number + 1}"`).length,
          2,
          `way back ${number + 1} of ${seed}`,
        );
      }
      assert.equal(text.split("<mark").length, text.split("</mark>").length);
    }
  });
});
