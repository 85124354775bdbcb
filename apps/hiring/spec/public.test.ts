import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { sliceOf } from "./quote.ts";
import { quotesOf } from "./quotes.ts";
import { type Reading, readJobSpec } from "./read.ts";
import type { JobSpec, Kind } from "./schema.ts";

const folder = new URL("../../../../shared/job-specs-public/", import.meta.url);
const skip = existsSync(folder) ? false : "the public job specs are not beside the checkout";

interface Facts {
  readonly title: string;
  readonly grade: string | null;
  readonly organisation?: string;
  readonly must: number;
  readonly nice: number;
  readonly duties: number;
}

/** Counted in the documents: title, grade, essential and desirable criteria, duties. */
const dfe: Readonly<Record<string, Facts>> = {
  "content-designer": { title: "Content designer", grade: "SEO", must: 7, nice: 2, duties: 6 },
  "data-engineer": { title: "Data engineer", grade: "SEO", must: 6, nice: 2, duties: 6 },
  "enterprise-architect": { title: "Enterprise architect", grade: "G7", must: 9, nice: 8, duties: 11 },
  "head-of-profession": { title: "Head of profession", grade: "G6", must: 0, nice: 0, duties: 27 },
  "interaction-designer": {
    title: "Midweight interaction designer",
    grade: "SEO (Midweight)",
    must: 6,
    nice: 2,
    duties: 5,
  },
  "junior-developer": { title: "Junior developer", grade: "HEO", must: 6, nice: 0, duties: 6 },
  "junior-service-designer": { title: "Junior service designer", grade: "HEO", must: 7, nice: 0, duties: 9 },
  "junior-user-researcher": { title: "Junior user researcher", grade: "HEO", must: 4, nice: 2, duties: 4 },
  "lead-data-architect": { title: "Lead data architect", grade: "G6", must: 8, nice: 4, duties: 9 },
  "lead-developer": { title: "Lead developer", grade: "G6", must: 10, nice: 0, duties: 11 },
  "lead-interaction-designer": {
    title: "Lead interaction designer",
    grade: "G6 (Lead)",
    must: 6,
    nice: 2,
    duties: 5,
  },
  "lead-service-designer": { title: "Lead service designer", grade: "G6", must: 5, nice: 7, duties: 7 },
  "lead-technical-architect": { title: "Lead technical architect", grade: "G6", must: 8, nice: 4, duties: 9 },
  "principal-developer": { title: "Principal developer", grade: "G6", must: 11, nice: 0, duties: 13 },
  "senior-accessibility-specialist": {
    title: "Senior accessibility specialist",
    organisation: "Department for Education",
    grade: null,
    must: 11,
    nice: 0,
    duties: 7,
  },
  "senior-data-architect": { title: "Senior data architect", grade: "G7", must: 6, nice: 3, duties: 13 },
  "senior-developer": { title: "Senior developer", grade: "G7", must: 10, nice: 0, duties: 8 },
  "senior-enterprise-architect": {
    title: "Senior enterprise architect",
    grade: null,
    must: 0,
    nice: 0,
    duties: 0,
  },
  "senior-service-designer": { title: "Senior service designer", grade: "G7", must: 5, nice: 4, duties: 6 },
  "senior-technical-architect": {
    title: "Senior technical architect",
    grade: "G7",
    must: 8,
    nice: 4,
    duties: 9,
  },
  "service-designer": {
    title: "Midweight service designer",
    grade: "SEO (Midweight)",
    must: 4,
    nice: 4,
    duties: 6,
  },
  "software-developer": { title: "Software developer", grade: "SEO", must: 10, nice: 0, duties: 7 },
  "technical-architect": { title: "Technical architect", grade: "SEO", must: 8, nice: 4, duties: 9 },
};

/** The musts of a TTS position are its specialized experience: the year itself and its definition. */
const tts: Readonly<Record<string, Omit<Facts, "nice" | "duties">>> = {
  "18FPracticeDirectors-July-2023": {
    title: "Engineering Director",
    organisation: "18F",
    grade: "GS-15",
    must: 5,
  },
  "Accelerators-Directo2023": {
    title: "Accelerator Division Director",
    organisation: "Office of Delivery",
    grade: "GS-15",
    must: 5,
  },
  "CoE-Data-Analytics-Modernization-Lead": {
    title: "Data & Analytics Modernization Lead",
    organisation: "Centers of Excellence",
    grade: "GS-15",
    must: 6,
  },
  "DAP-Program-Manager-2023": {
    title: "Program Manager",
    organisation: "Digital Analytics Program (DAP)",
    grade: "GS-15",
    must: 5,
  },
  "FedRAMP-Director-2024": {
    title: "FedRAMP Director",
    organisation: "Office of Solutions",
    grade: "GS-15",
    must: 5,
  },
  "Information-Technology-Specialist-GS13": {
    title: "Term Limited Various Roles",
    organisation: "TechToGov - TTS",
    grade: "GS-13",
    must: 5,
  },
  "Information-Technology-Specialist-GS15-INFOSEC": {
    title: "IT Specialist (INFOSEC) - PERM",
    organisation: "TechToGov - TTS",
    grade: "GS-15",
    must: 5,
  },
  "PIF-Director": {
    title: "Presidential Innovation Fellows Director",
    organisation: "TTS Fellowships Office",
    grade: "GS-15",
    must: 6,
  },
  PXCOBranchChief: { title: "Public Experience Content & Outreach Branch Chief", grade: "GS-15", must: 6 },
  "TTS-Research-Ops-Lead-April2024": { title: "TTS Research Operations Lead", grade: "GS-14", must: 7 },
  "USDC-Supervisor-Data": {
    title: "Fellow Experience Supervisor Data Science and Analytics",
    organisation: "U.S. Digital Corps",
    grade: "GS-14",
    must: 6,
  },
  "fedramp-isso-2023": {
    title: "Information Systems Security Officer (ISSO)/Cloud Security Assessment",
    organisation: "FedRAMP",
    grade: "GS-13",
    must: 5,
  },
  "login-acquisition-supervisor-2024": {
    title: "Acquisition Supervisor",
    organisation: "Login.gov",
    grade: "GS-15",
    must: 1,
  },
  "login-devops-supervisor-2023": {
    title: "DevOps/Site Reliability Supervisory Engineer",
    organisation: "Login.gov",
    grade: "GS-15",
    must: 1,
  },
  "login-fraud-analyst-2023": { title: "Fraud Analyst", organisation: "Login.gov", grade: "GS-14", must: 0 },
  "login-integration-engineer": {
    title: "Integration Engineer/Solution Architect",
    organisation: "Login.gov",
    grade: "GS-15",
    must: 5,
  },
  "login-security-director-2024": {
    title: "Platform and Product Security Director",
    organisation: "Login.gov",
    grade: "GS-15",
    must: 6,
  },
  "login-senior-account-manager-2024": {
    title: "Senior Technical Account Manager",
    organisation: "Login.gov",
    grade: "GS-15",
    must: 6,
  },
  "usdc-fellow-experience-supervisor-2013": {
    title: "Fellow Experience Supervisor (Design)",
    organisation: "U.S. Digital Corps",
    grade: "GS-14",
    must: 0,
  },
};

function read(path: string): Extract<Reading, { ok: true }> {
  const reading = readJobSpec(readFileSync(new URL(path, folder)), "text/markdown");
  assert.ok(reading.ok, reading.ok ? "" : reading.message);
  return reading;
}

function count(spec: JobSpec, kind: Kind): number {
  return spec.requirements.filter((requirement) => requirement.kind === kind).length;
}

function assertFacts(spec: JobSpec, facts: Partial<Facts>): void {
  assert.equal(spec.title.text, facts.title);
  assert.equal(spec.grade?.text ?? null, facts.grade);
  assert.equal(spec.organisation?.text, facts.organisation);
  assert.equal(count(spec, "must"), facts.must);
}

const residue = /<\/?[a-z][^>]*>|\{[%{#]|[%}]\}|<!--|&\w+;|\*\*|🔻|govuk|\u200b|^\s|\s$|\s\s/i;
const boilerplate =
  /\b(?:r[eé]sum[eé]|background check|word document|status_alert|usajobs|disqualification|interview|tie)\b/i;

function proseOf(spec: JobSpec): string[] {
  const statements = [
    spec.title,
    spec.organisation,
    spec.grade,
    ...spec.responsibilities,
    ...spec.benefits,
    ...spec.requirements,
  ];
  return statements.flatMap((statement) => (statement ? [statement.text] : []));
}

describe("the public job specs", { skip }, () => {
  it("knows every document of the folder", () => {
    const names = (part: string) =>
      readdirSync(new URL(`${part}/`, folder))
        .map((name) => name.replace(/\.md$/, ""))
        .sort();
    assert.deepEqual(names("dfe"), Object.keys(dfe).sort());
    assert.deepEqual(names("tts"), Object.keys(tts).sort());
  });

  for (const [name, facts] of Object.entries(dfe)) {
    it(`reads dfe/${name}`, () => {
      const { spec } = read(`dfe/${name}.md`);
      assertFacts(spec, facts);
      assert.equal(count(spec, "nice"), facts.nice);
      assert.equal(spec.responsibilities.length, facts.duties);
      assert.equal(spec.salary, null);
    });
  }

  for (const [name, facts] of Object.entries(tts)) {
    it(`reads tts/${name}`, () => {
      const { spec } = read(`tts/${name}.md`);
      assertFacts(spec, facts);
      assert.equal(count(spec, "nice"), 0);
      assert.ok(spec.responsibilities.length >= 9);
      const [place, ...others] = spec.locations.map((location) => [location.place, location.arrangement]);
      const anywhere = ["Anywhere in the U.S.", "remote"];
      assert.deepEqual(place, name === "PIF-Director" ? ["Washington, DC", null] : anywhere);
      assert.deepEqual(others, []);
    });
  }

  const paths = skip
    ? []
    : [
        ...Object.keys(dfe).map((name) => `dfe/${name}.md`),
        ...Object.keys(tts).map((name) => `tts/${name}.md`),
      ];
  for (const path of paths) {
    it(`quotes ${path} truly and lets no markup through`, () => {
      const { spec, document } = read(path);
      for (const quote of quotesOf(spec)) assert.equal(sliceOf(document, quote), quote.text);
      for (const text of proseOf(spec)) assert.doesNotMatch(text, residue);
      for (const { text } of spec.requirements) assert.doesNotMatch(text, boilerplate);
    });
  }

  it("reads the salary that a template tag carries, and reports one that it leaves empty", () => {
    const { spec } = read("tts/PIF-Director.md");
    assert.deepEqual([spec.salary?.currency, spec.salary?.min, spec.salary?.max], ["USD", 162_964, 191_900]);
    const { spec: other } = read("tts/login-fraud-analyst-2023.md");
    assert.equal(other.salary, null);
    assert.ok(other.unread.some(({ reason }) => reason === "the salary is filled in by a template"));
  });

  it("reports placeholders and what is not written yet", () => {
    const reasons = (path: string) => read(path).spec.unread.map(({ reason }) => reason);
    assert.ok(
      reasons("dfe/junior-user-researcher.md").includes(
        "a placeholder of the template that was not filled in",
      ),
    );
    assert.ok(reasons("tts/login-acquisition-supervisor-2024.md").includes("not written yet"));
    assert.deepEqual(reasons("dfe/senior-enterprise-architect.md"), ["it states no requirements"]);
  });
});
