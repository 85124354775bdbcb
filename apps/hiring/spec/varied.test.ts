import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { notes, nothing } from "./notes.ts";
import { sliceOf } from "./quote.ts";
import { quotesOf } from "./quotes.ts";
import { readJobSpec } from "./read.ts";
import type { JobSpec } from "./schema.ts";

const folder = new URL("varied/", import.meta.url);

function read(name: string): { spec: JobSpec; document: string } {
  const reading = readJobSpec(
    readFileSync(new URL(name, folder)),
    name.endsWith(".txt") ? "text/plain" : "text/markdown",
  );
  assert.ok(reading.ok, reading.ok ? "" : reading.message);
  return reading;
}

const expected: Readonly<Record<string, ReturnType<typeof notes>>> = {
  "basic.md": {
    ...nothing,
    title: "Machine Learning Engineer II",
    organisation: "Hooli",
    locations: [["Seattle, WA", "hybrid", null, null]],
    salary: ["USD", 129_300, 223_600, "year"],
    experience: [[3, null, "non-internship professional software development"]],
    must: [
      "3+ years of non-internship professional software development experience",
      "Experience programming with at least one language such as C++, Java, or Python",
    ],
    nice: ["Master's degree or equivalent", "Experience with PyTorch"],
    duties: 0,
  },
  "bigtech.md": {
    ...nothing,
    title: "Software Engineer, Infrastructure",
    locations: [
      ["Mountain View, CA, USA", null, null, null],
      ["Austin, TX, USA", null, null, null],
    ],
    salary: ["USD", 136_000, 200_000, "year"],
    experience: [
      [2, null, "software development in one or more programming languages"],
      [1, null, "advanced degree"],
      [3, 5, "data structures or algorithms"],
      [2, null, "performance, large scale systems data analysis, visualization tools, or debugging"],
    ],
    must: [
      "Bachelor's degree in Computer Science or equivalent practical experience.",
      "2 years of experience with software development in one or more programming languages (e.g., Python, C, C++, Java, JavaScript), or 1 year of experience with an advanced degree.",
      "3-5 years of experience with data structures or algorithms.",
      "Go-to-market experience is required for this track.",
    ],
    nice: [
      "Master's degree or PhD in Computer Science or related technical field.",
      "2 years of experience with performance, large scale systems data analysis, visualization tools, or debugging.",
    ],
    duties: 2,
  },
  "blank.txt": {
    ...nothing,
    title: "Marketing Manager",
    salary: ["EUR", 50_000, 55_000, "year"],
    experience: [[3, null, "marketing"]],
    must: ["3+ years in marketing", "Good writing skills"],
    nice: ["Knowledge of HubSpot preferred"],
    duties: 2,
  },
  "civil.txt": {
    ...nothing,
    title: "Senior Civil Engineer",
    organisation: "Brunel Partners",
    locations: [["Bristol, UK", "hybrid", { min: 3, max: 3 }, null]],
    salary: ["GBP", 55_000, 65_000, "year"],
    experience: [[6, null, "post-graduate"]],
    must: [
      "Chartered Engineer (ICE) required",
      "Minimum 6 years' post-graduate experience",
      "AutoCAD, Revit",
    ],
    nice: ["Full UK driving licence (desirable)"],
    duties: 2,
    benefits: 2,
  },
  "contract.txt": {
    ...nothing,
    title: "CONTRACT DEVOPS ENGINEER - OUTSIDE IR35",
    locations: [[null, "remote", null, null]],
    salary: ["GBP", null, 600, "day"],
    experience: [[7, null, "infrastructure roles"]],
    must: [
      "Strong Terraform and Azure DevOps",
      "Minimum of 7 years in infrastructure roles",
      "Kubernetes (AKS) — essential",
    ],
    nice: ["Helm, Argo CD (nice to have)", "Security clearance", "GitHub Actions"],
    duties: 1,
  },
  "crlf.txt": {
    ...nothing,
    title: "SITE RELIABILITY ENGINEER",
    organisation: "Vandelay Industries GmbH",
    locations: [["Zürich", null, null, null]],
    salary: ["CHF", 120_000, 140_000, "year"],
    experience: [[5, 8, "operations"]],
    must: ["5-8 years in operations", "Linux, Docker", "German or French"],
    nice: ["Rust", "Experience of incident management"],
    duties: 0,
    benefits: 2,
  },
  "definitions.md": {
    ...nothing,
    title: "Lead developer",
    salary: ["GBP", 58_000, 64_000, "year"],
    must: ["experience of Ruby"],
    nice: ["experience of Rust"],
    duties: 0,
  },
  "emoji.md": {
    ...nothing,
    title: "Platform Engineer – Observability Team",
    locations: [["Berlin", "hybrid", null, null]],
    salary: ["EUR", 70_000, 85_000, "year"],
    experience: [[3, null, "SRE or platform role"]],
    must: [
      "3+ years in an SRE or platform role",
      "Solid Linux & networking knowledge",
      "Terraform, Ansible, or similar",
      "You are comfortable with on-call",
    ],
    nice: ["eBPF experience", "CKA certification"],
    duties: 2,
    unread: ["the technologies in use are named, but not which are asked for: Go, Kubernetes, Prometheus"],
  },
  "frontmatter.md": {
    ...nothing,
    title: "Lead Python Developer",
    organisation: "Open Data Office",
    grade: "GS-13",
    locations: [
      ["Washington, DC", null, null, null],
      [null, "remote", null, "the U.S."],
    ],
    salary: ["USD", 117_962, 153_354, "year"],
    experience: [[1, null, "specialized experience at the next lower grade"]],
    must: [
      "To qualify, you must have one (1) year of specialized experience at the next lower grade.",
      "Experience with Python and Django",
      "Experience leading a team of developers",
    ],
    nice: ["Preferred: experience with Elasticsearch"],
    duties: 5,
  },
  "html.md": {
    ...nothing,
    title: "Frontend Developer",
    organisation: "Globex",
    locations: [["Lisbon, Portugal", "on-site", null, null]],
    salary: ["EUR", 40_000, 48_000, "year"],
    experience: [[3, 5, "JavaScript"]],
    must: ["3–5 years of experience with JavaScript", "HTML, CSS", "Sass"],
    nice: ["Vue.js"],
    duties: 2,
  },
  "leader.md": {
    ...nothing,
    title: "Head of Engineering",
    salary: ["GBP", 130_000, 150_000, "year"],
    experience: [
      [10, null, "software"],
      [4, null, "leadership"],
    ],
    must: [
      "Has led teams of more than 10 engineers",
      "Knows how to scale a SaaS product",
      "Has 10+ years' experience in software, of which at least 4 in leadership",
    ],
    nice: ["Have worked in fintech"],
    duties: 2,
    benefits: 2,
  },
  "mojibake.txt": {
    ...nothing,
    title: "Product Manager – Growth",
    salary: ["GBP", 60_000, 70_000, "year"],
    experience: [[3, null, "product management"]],
    must: ["3+ years of product management", "Caf… no: a good résumé of shipped products"],
    nice: ["SQL"],
    duties: 0,
  },
  "nested.md": {
    ...nothing,
    title: "Principal Engineer",
    organisation: "Umbrella",
    locations: [["Toronto, ON", "hybrid", { min: 2, max: 3 }, null]],
    salary: ["CAD", 180_000, 210_000, "year"],
    must: ["Java 17, Spring Boot", "PostgreSQL or MySQL", "Must have: a driving licence"],
    nice: ["React", "Vue", "Ideally, experience in healthcare", "Kafka would be an advantage"],
    duties: 3,
  },
  "nhs.txt": {
    ...nothing,
    title: "Senior Data Analyst",
    organisation: "Northgate Hospital Trust",
    grade: "Band 7",
    locations: [["Leeds", "hybrid", { min: 2, max: null }, null]],
    salary: ["GBP", 46_148, 52_809, "year"],
    experience: [[3, null, "data analysis in healthcare"]],
    must: [
      "Degree in a numerate subject or equivalent experience",
      "At least three years' experience of data analysis in healthcare",
      "Advanced SQL and Excel skills",
      "Excellent written and verbal communication skills",
    ],
    nice: ["Knowledge of R or Python", "Experience of line management"],
    duties: 3,
  },
  "personspec.md": {
    ...nothing,
    title: "Records Officer",
    organisation: "Archives",
    grade: "6",
    experience: [[2, null, "records office"]],
    must: [
      "A degree in history or archive studies",
      "Two years' experience in a records office",
      "Good IT skills, including Excel",
      "Report writing: Advanced",
    ],
    nice: [
      "A postgraduate diploma in records management",
      "Experience of digitisation projects",
      "Welsh: Conversational",
    ],
    duties: 0,
  },
  "prose.txt": {
    ...nothing,
    title: "Backend Engineer (Payments)",
    organisation: "Initech",
    locations: [
      ["London", "hybrid", { min: 3, max: 3 }, null],
      ["Edinburgh", "hybrid", { min: 3, max: 3 }, null],
    ],
    experience: [[4, null, "Java or Kotlin"]],
    must: [
      "You have at least four years of experience with Java or Kotlin.",
      "You must have worked with relational databases.",
      "Experience with Spring Boot is essential.",
    ],
    nice: ["Knowledge of card payments would be a bonus."],
    duties: 2,
    unread: ["the salary is mentioned without an amount"],
  },
  "startup.md": {
    ...nothing,
    title: "Senior Rust Engineer",
    organisation: "Acme Robotics",
    locations: [
      ["Berlin", null, null, null],
      [null, "remote", null, "EU"],
    ],
    salary: ["EUR", 65_000, 80_000, "year"],
    experience: [[5, null, "building backend systems"]],
    must: [
      "5+ years of experience building backend systems, ideally with Rust or C++",
      "You know PostgreSQL and Kafka well",
      "Fluent in English; German is a plus",
      "You've run services on K8s in production",
    ],
    nice: ["Experience with ROS 2", "Go or Zig lang on the side"],
    duties: 3,
    benefits: 3,
  },
  "teacher.md": {
    ...nothing,
    title: "Teacher of Mathematics",
    organisation: "Riverside School",
    must: ["Qualified teacher status", "A good degree in mathematics"],
    nice: ["Experience of teaching A-level", "Familiarity with R and statistics"],
    duties: 2,
    unread: ["the location is left open", "the salary is mentioned without an amount"],
  },
};

describe("job specs of many kinds", () => {
  it("expects something of each document", () => {
    assert.deepEqual(readdirSync(folder).sort(), Object.keys(expected).sort());
  });

  for (const [name, note] of Object.entries(expected)) {
    it(`reads ${name}`, () => {
      const { spec, document } = read(name);
      assert.deepEqual(notes(spec), note);
      for (const quote of quotesOf(spec)) assert.equal(sliceOf(document, quote), quote.text);
    });
  }
});
