import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { blank, type Description } from "../job/description.ts";
import { Quoter } from "../spec/quote.ts";
import { readJobSpec } from "../spec/read.ts";
import type { JobSpec } from "../spec/schema.ts";
import { groupsOf, quotedFindings } from "./findings.ts";

const SAMPLES = new URL("../samples/", import.meta.url);

const samples = readdirSync(SAMPLES).map((name): JobSpec => {
  const reading = readJobSpec(readFileSync(new URL(name, SAMPLES)), "text/markdown");
  assert.ok(reading.ok, name);
  return reading.spec;
});

/** Every quote in a value, however deep. */
function quotesIn(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if ("endColumn" in value) return [value];
  return Object.values(value).flatMap(quotesIn);
}

const document = "Pay is £70k in London";
const quoter = new Quoter(document);
const pay = quoter.quote({ start: 0, end: 11 });

/** Texts and details of a group's part. */
function shown(spec: Partial<Description>, group: string, part: string | null) {
  const { parts } = groupsOf({ ...blank, ...spec }).find(({ name }) => name === group)!;
  return parts.find(({ title }) => title === part)!.findings.map(({ text, details }) => [text, ...details]);
}

describe("findings", () => {
  it("leave out nothing that the samples' readings quote", () => {
    for (const spec of samples) {
      const shown = new Set([...quotedFindings(groupsOf(spec)).values()].map(({ quote }) => quote));
      const { currencyQuote: _, ...salary } = spec.salary ?? { currencyQuote: null };
      for (const quote of quotesIn({ ...spec, salary })) assert.ok(shown.has(quote as never));
    }
  });

  it("are numbered in the order of the document, from 1, without a gap", () => {
    for (const spec of samples) {
      const quoted = [...quotedFindings(groupsOf(spec)).values()];
      assert.deepEqual(
        quoted.map(({ number }) => number),
        quoted.map((_, index) => index + 1),
      );
      const lines = quoted.map(({ quote }) => quote.line);
      assert.deepEqual(
        lines,
        lines.toSorted((one, other) => one - other),
      );
    }
  });

  it("number a must before other findings of the same words, so that it shows", () => {
    const quote = quoter.quote({ start: 0, end: 3 });
    const requirement = { category: "other" as const, skills: [], years: null, quote };
    const spec: Description = {
      ...blank,
      title: { text: "title", quote },
      requirements: [
        { ...requirement, kind: "nice", text: "nice" },
        { ...requirement, kind: "must", text: "must" },
      ],
    };
    const quoted = [...quotedFindings(groupsOf(spec)).values()];
    assert.deepEqual(
      quoted.map(({ text }) => text),
      ["must", "nice", "title"],
    );
  });

  it("say what is paid, and what of it the document does not say", () => {
    const salary = {
      currency: "GBP",
      currencyQuote: null,
      min: 70_000,
      max: null,
      period: "year",
      periodStated: false,
      equity: true,
      note: "negotiable",
      quote: pay,
    } as const;
    const custom = "a year by custom, not by the document's word";
    assert.deepEqual(shown({ salary }, "job", "Pay"), [
      ["£70,000+ a year", "with equity", "negotiable", custom],
    ]);
    const bare = { ...salary, currency: null, min: null, period: null, equity: false, note: null };
    assert.deepEqual(shown({ salary: bare }, "job", "Pay"), [["No amount", "currency not stated"]]);
  });

  it("quote the currency by itself where it stands elsewhere", () => {
    const salary = samples[2]!.salary!;
    assert.deepEqual(shown({ salary }, "job", "Pay").at(-1), ["The currency is USD"]);
    const within = { ...salary, quote: pay, currencyQuote: quoter.quote({ start: 7, end: 8 }) };
    assert.equal(shown({ salary: within }, "job", "Pay").length, 1);
  });

  it("say where and for how many years", () => {
    const [sample] = samples;
    assert.deepEqual(shown(sample!, "job", "Place"), [["London, UK, hybrid", "3 days a week in the office"]]);
    assert.deepEqual(shown(sample!, "job", "Experience"), [
      ["5+ years of professional software engineering"],
      ["5–10 years", "ideally 6–8 years"],
    ]);
  });

  it("say what was repaired and what was not understood", () => {
    assert.deepEqual(shown(samples[1]!, "repairs", null), [
      ["Characters that were encoded twice were mended.", "“â€™” is now “’”"],
    ]);
    const unread = [{ reason: "it states no requirements", quote: pay }];
    assert.deepEqual(shown({ unread }, "unread", null), [["It states no requirements"]]);
  });

  it("of a job that a person wrote have no numbers", () => {
    const written = { ...blank, title: { text: "Engineer", quote: null } };
    assert.equal(quotedFindings(groupsOf(written)).size, 0);
  });
});
