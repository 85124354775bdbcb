import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { eventsOf, given, NOW } from "plinth/testing";
import { sliceOf } from "../spec/quote.ts";
import { readJobSpec } from "../spec/read.ts";
import { blank } from "./description.ts";
import { importInput, uploads } from "./import.ts";
import { job } from "./job.ts";
import { openJobs } from "./openJobs.ts";

const { drafted, imported, opened, closed } = eventsOf(job);

const sample = readFileSync(new URL("../samples/000_17d95762a3815d52.txt", import.meta.url));
const reading = readJobSpec(sample, "text/markdown");
assert.ok(reading.ok);
const { document, spec } = reading;

const engineer = imported({ reference: "R-1", document, mediaType: "text/markdown", spec });
const advertised = {
  reference: "R-1",
  title: "Senior Software Engineer",
  organisation: null,
  locations: [{ place: "London, UK", arrangement: "hybrid" as const, restriction: null }],
  salary: { currency: "GBP", min: 75_000, max: 95_000, period: "year" as const, equity: false },
  musts: 8,
  nices: 7,
};

describe("importing a job", () => {
  it("keeps the document beside what was understood of it", () => {
    given(job)
      .when("import", { document: sample.toString("utf8"), reference: "R-1" })
      .thenEvents(engineer)
      .thenState({
        status: "draft",
        reference: "R-1",
        document,
        mediaType: "text/markdown",
        spec,
        createdAt: NOW,
        openedAt: null,
        closedAt: null,
        closedBecause: null,
      });
  });

  it("takes the same bytes in Base64, and no others", () => {
    given(job)
      .when("import", { document: sample.toString("base64"), encoding: "base64", reference: "R-1" })
      .thenEvents(engineer);
    given(job).when("import", { document: "not Base64!", encoding: "base64" }).thenInvalid("document");
  });

  it("takes an upload as it is, with its file name as reference", () => {
    const upload = uploads["text/markdown"]!(sample, { filename: " R-1 ", mediaType: "text/markdown" });
    given(job).when("import", importInput.in.parse(upload)).thenEvents(engineer);
  });

  it("repairs bytes that are no UTF-8, which a text in JSON could not carry", () => {
    const text = sample.toString("utf8").replaceAll(/[—–]/g, "-");
    const bytes = Buffer.from(text, "latin1");
    const upload = uploads["text/plain"]!(bytes, { filename: null, mediaType: "text/plain" });
    const input = importInput.parse(upload);
    assert.match(input.document, /£75,000/);
    assert.deepEqual(
      input.spec.repairs.map(({ kind }) => kind),
      ["windows-1252"],
    );
    for (const { quote } of input.spec.requirements) assert.equal(sliceOf(input.document, quote), quote.text);
  });

  it("refuses what is no job spec, and says what it is", () => {
    const refused = {
      empty: ["", /empty/],
      binary: [
        Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7) % 32)).toString("latin1"),
        /binary/,
      ],
      huge: ["Senior engineer. ".repeat(310_000), /bytes; at most/],
      prose: [
        "# A library for dates\n\nInstall it with npm.\n\n## Usage\n\nCall parse().\n",
        /not a job spec/,
      ],
    } satisfies Record<string, [string, RegExp]>;
    for (const [document, message] of Object.values(refused)) {
      given(job).when("import", { document }).thenInvalid("document");
      assert.match(importInput.safeParse({ document }).error!.issues[0]!.message, message);
    }
  });

  it("refuses references that nobody could call a job by", () => {
    const source = sample.toString("utf8");
    for (const reference of ["", "   ", "a\u0007b", "x".repeat(256), "half \ud800"])
      given(job).when("import", { document: source, reference }).thenInvalid("reference");
  });
});

describe("drafting a job", () => {
  it("needs no more than a title", () => {
    given(job)
      .when("draft", { title: "Site Reliability Engineer" })
      .thenEvents(
        drafted({
          reference: null,
          spec: { ...blank, title: { text: "Site Reliability Engineer", quote: null } },
        }),
      );
  });

  it("quotes nothing, since nothing was read", () => {
    given(job)
      .when("draft", {
        reference: "R-2",
        title: "Data Engineer",
        organisation: "Acme",
        locations: [{ place: "Berlin", arrangement: "remote" }],
        salary: { currency: "EUR", amount: { min: 70_000 }, period: "year" },
        experience: [{ years: { min: 3 }, of: "data engineering" }],
        requirements: [{ kind: "must", category: "language", text: "Python", skills: ["Python"] }],
        responsibilities: ["Build pipelines"],
        benefits: ["30 days of leave"],
      })
      .thenEvents(
        drafted({
          reference: "R-2",
          spec: {
            ...blank,
            title: { text: "Data Engineer", quote: null },
            organisation: { text: "Acme", quote: null },
            locations: [
              { place: "Berlin", arrangement: "remote", officeDays: null, restriction: null, quote: null },
            ],
            salary: {
              currency: "EUR",
              currencyQuote: null,
              min: 70_000,
              max: null,
              period: "year",
              periodStated: true,
              equity: false,
              note: null,
              quote: null,
            },
            experience: [{ min: 3, max: null, sweetSpot: null, of: "data engineering", quote: null }],
            requirements: [
              {
                kind: "must",
                category: "language",
                text: "Python",
                skills: ["Python"],
                years: null,
                quote: null,
              },
            ],
            responsibilities: [{ text: "Build pipelines", quote: null }],
            benefits: [{ text: "30 days of leave", quote: null }],
          },
        }),
      );
  });

  it("refuses amounts that contradict themselves, and fields that it does not know", () => {
    const salary = { currency: "EUR", amount: { min: 9, max: 1 }, period: "year" as const };
    given(job).when("draft", { title: "Engineer", salary }).thenInvalid("salary.amount");
    given(job)
      .when("draft", { title: "Engineer", pay: 1 } as never)
      .thenInvalid("pay");
  });
});

describe("a job's life", () => {
  const open = [engineer, opened({ summary: advertised })] as const;
  const over = [...open, closed({ reason: "Filled." })] as const;

  it("opens as a draft, with what is then advertised", () => {
    given(job, engineer)
      .when("open", {})
      .thenEvents(opened({ summary: advertised }));
  });

  it("opens once", () => {
    given(job, ...open)
      .when("open", {})
      .thenRefused("job_already_open");
    given(job, ...over)
      .when("open", {})
      .thenRefused("job_closed");
    given(job).when("open", {}).thenRefused("not_found");
  });

  it("closes once it was open, with a reason", () => {
    given(job, ...open)
      .when("close", { reason: " Filled. " })
      .thenEvents(closed({ reason: "Filled." }));
    given(job, ...open)
      .when("close", { reason: "  " })
      .thenInvalid("reason");
    given(job, engineer).when("close", { reason: "Filled." }).thenRefused("job_not_open");
    given(job, ...over)
      .when("close", { reason: "Filled." })
      .thenRefused("job_already_closed");
  });

  it("remembers when it was opened and closed, and why", () => {
    const later = "2026-02-01T00:00:00.000Z";
    given(job, ...open, closed({ reason: "Filled." }, { at: later })).thenState({
      status: "closed",
      reference: "R-1",
      document,
      mediaType: "text/markdown",
      spec,
      createdAt: NOW,
      openedAt: NOW,
      closedAt: later,
      closedBecause: "Filled.",
    });
  });
});

describe("open jobs", () => {
  it("are those that were opened and not closed", () => {
    given(
      openJobs,
      imported({ reference: "R-1", document, mediaType: "text/markdown", spec }, { id: "draft" }),
      opened({ summary: advertised }, { id: "open" }),
      opened({ summary: advertised }, { id: "over" }),
      closed({ reason: "Filled." }, { id: "over" }),
    ).thenRows({ open: { id: "open", ...advertised, openedAt: NOW } });
  });
});
