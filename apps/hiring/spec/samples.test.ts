import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { expected as seniorEngineer } from "./expected/000_17d95762a3815d52.ts";
import { expected as staffEngineer } from "./expected/001_3f654196c4f4ba79.ts";
import { expected as architect } from "./expected/002_ebdaa7b552891896.ts";
import { expected as golangDeveloper } from "./expected/003_1a5dffa0e92171a1.ts";
import { sliceOf } from "./quote.ts";
import { quotesOf } from "./quotes.ts";
import { type MediaType, readJobSpec } from "./read.ts";
import { type JobSpec, jobSpec } from "./schema.ts";

const samples: readonly [string, MediaType, JobSpec][] = [
  ["000_17d95762a3815d52.txt", "text/markdown", seniorEngineer],
  ["001_3f654196c4f4ba79.txt", "text/markdown", staffEngineer],
  ["002_ebdaa7b552891896.txt", "text/plain", architect],
  ["003_1a5dffa0e92171a1.txt", "text/markdown", golangDeveloper],
];

describe("the sample job specs", () => {
  for (const [name, mediaType, expected] of samples) {
    const source = readFileSync(new URL(`../samples/${name}`, import.meta.url));

    it(`reads ${name} as a person would`, () => {
      const reading = readJobSpec(source, mediaType);
      assert.ok(reading.ok);
      assert.deepEqual(reading.spec, expected);
      assert.deepEqual(jobSpec.parse(reading.spec), expected);
    });

    it(`reads ${name} alike under the other media type`, () => {
      const other = mediaType === "text/plain" ? "text/markdown" : "text/plain";
      const reading = readJobSpec(source, other);
      assert.ok(reading.ok);
      assert.deepEqual(reading.spec, expected);
    });

    it(`quotes ${name} truly`, () => {
      const reading = readJobSpec(source, mediaType);
      assert.ok(reading.ok);
      const quotes = quotesOf(reading.spec);
      assert.ok(quotes.length > 20);
      for (const quote of quotes) assert.equal(sliceOf(reading.document, quote), quote.text);
    });
  }
});
