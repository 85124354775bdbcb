import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { notes, nothing } from "./notes.ts";
import { sliceOf } from "./quote.ts";
import { quotesOf } from "./quotes.ts";
import { readJobSpec } from "./read.ts";

const folder = new URL("styles/", import.meta.url);

/** What a careful reader notes down of each document; the importer was mended until it did the same. */
const expected: Readonly<Record<string, ReturnType<typeof notes>>> = {
  "acquisition.md": {
    ...nothing,
    organisation: "Office of Acquisitions",
    grade: "GS-13",
    locations: [
      ["Washington, DC", null, null, null],
      ["Anywhere in the U.S.", "remote", null, null],
    ],
    salary: ["USD", 103_409, 153_354, "year"],
    title: "Acquisition Consultant",
    must: [
      "Experience awarding contracts for software development under the FAR;",
      "Experience with agile development; and",
      "Experience negotiating with vendors.",
    ],
    nice: [],
    duties: 5,
  },
  "agency.txt": {
    ...nothing,
    locations: [[null, "remote", null, "EU"]],
    salary: ["EUR", null, 550, "day"],
    experience: [
      [5, null, "JavaScript"],
      [3, null, "React"],
    ],
    title: "Frontend Developer - React",
    must: [
      "Min. 5 years experience with JavaScript, at least 3 of them with React",
      "TypeScript - must have",
      "Good English (C1)",
    ],
    nice: ["Next.js - nice to have"],
    duties: 2,
  },
  "android.txt": {
    ...nothing,
    title: "TECHNICAL LEAD - ANDROID",
    locations: [["Gurugram, Haryana", "hybrid", { min: 3, max: 3 }, null]],
    salary: ["INR", 3_000_000, 4_500_000, "year"],
    experience: [
      [8, 12, null],
      [8, null, "Android development"],
      [2, null, "lead"],
    ],
    must: [
      "8 to 12 Years",
      "Kotlin, Coroutines, Jetpack Compose",
      "8+ years of Android development with at least 2 years as a lead",
      "CI/CD for mobile",
      "B.Tech/M.Tech/MCA",
    ],
    nice: ["Flutter", "KMM"],
    duties: 3,
  },
  "bank.md": {
    ...nothing,
    organisation: "Meridian Capital Markets",
    locations: [["New York, NY", null, null, null]],
    salary: ["USD", 200_000, 275_000, "year"],
    experience: [
      [7, 10, "C++ development"],
      [3, null, "front-office roles"],
    ],
    title: "Vice President, Quantitative Developer",
    must: [
      "Master’s or PhD in a quantitative discipline",
      "7–10 years of C++ development (C++17 or later), of which at least 3 in front-office roles",
      "Deep knowledge of multithreading and memory models",
    ],
    nice: ["kdb+/q", "Experience with fixed income products"],
    duties: 2,
  },
  "content-designer.md": {
    ...nothing,
    grade: "GS-14 step 1 to 10",
    locations: [[null, "remote", null, null]],
    salary: ["USD", 112_015, 164_200, "year"],
    experience: [[1, null, "specialized experience equivalent to the GS-13 level in the federal service"]],
    title: "Content Designer, Public Experience Portfolio",
    must: [
      "All applicants must have one year of specialized experience equivalent to the GS-13 level in the federal service.",
      "Writing and editing web content for a large public audience;",
      "Using user research and analytics to improve content; and",
      "Leading content strategy for a product or a service.",
      "You should have experience with content management systems such as Drupal or WordPress.",
      "You must be a U.S. citizen or national.",
    ],
    nice: [],
    duties: 6,
  },
  "contract.txt": {
    ...nothing,
    locations: [
      ["London", null, null, null],
      ["Leeds", null, null, null],
      [null, "remote", null, null],
    ],
    salary: ["GBP", 450, 525, "day"],
    experience: [[5, null, "commercial test automation"]],
    title: "Senior Test Automation Engineer",
    must: [
      "Five years' commercial test automation experience",
      "Playwright or Cypress (essential)",
      "TypeScript",
      "API testing with Postman or similar",
    ],
    nice: ["Performance testing with k6 (desirable)", "Insurance domain knowledge would be beneficial"],
    duties: 2,
  },
  "data-engineer.md": {
    ...nothing,
    organisation: "Kestrel Analytics GmbH",
    locations: [
      ["Hamburg", "hybrid", { min: 2, max: 2 }, null],
      ["Munich", "hybrid", { min: 2, max: 2 }, null],
    ],
    salary: ["EUR", 72_000, 88_000, "year"],
    experience: [
      [4, null, "data engineering"],
      [2, null, "Spark in production"],
    ],
    benefits: 3,
    unread: [
      "the technologies in use are named, but not which are asked for: Python, Spark, Databricks, Airflow, dbt, Terraform, Grafana",
    ],
    title: "Senior Data Engineer",
    must: [
      "Languages: Python and SQL",
      "Processing: Spark or Flink",
      "Cloud: AWS (Glue, S3, EMR)",
      "You should bring at least four years of experience in data engineering, of which at least two with Spark in production.",
      "A degree in computer science or equivalent practical experience is required.",
    ],
    nice: ["Streaming: Kafka", "Languages (human): German B2"],
    duties: 3,
  },
  "delivery-manager.md": {
    ...nothing,
    grade: "SEO",
    title: "Delivery manager",
    must: [
      "experience of delivering digital products using agile and lean practices",
      "the ability to remove blockers and escalate them when you cannot",
      "experience of managing budgets of £100,000 or more",
      "clear communication, with the ability to adapt your style to technical and non-technical audiences",
    ],
    nice: [
      "a recognised agile qualification, for example Scrum Master or PRINCE2 Agile",
      "experience of GDS service assessments",
    ],
    duties: 4,
  },
  "finance.txt": {
    ...nothing,
    organisation: "RIVERSIDE HOUSING ASSOCIATION",
    locations: [["Wakefield", null, null, null]],
    salary: ["GBP", 31_500, 31_500, "year"],
    experience: [[2, null, "finance role"]],
    unread: ["another amount of pay is named beside the salary"],
    title: "Finance Systems Officer",
    must: ["AAT Level 3 or equivalent", "Minimum two years in a finance role", "Confident user of Excel"],
    nice: ["Experience of Agresso or a similar system", "Understanding of VAT"],
    duties: 3,
  },
  "head.md": {
    ...nothing,
    locations: [
      ["Edinburgh", null, null, null],
      ["Glasgow", null, null, null],
    ],
    salary: ["GBP", 95_000, null, "year"],
    experience: [
      [10, null, "data"],
      [5, null, "leadership positions"],
    ],
    benefits: 2,
    title: "Head of Data",
    must: [
      "Ten years' experience in data, with five in leadership positions",
      "Hands-on knowledge of Snowflake or another cloud data warehouse",
      "Excellent stakeholder management",
    ],
    nice: ["Financial services background", "Knowledge of Python"],
    duties: 3,
  },
  "java.txt": {
    ...nothing,
    organisation: "Tungabhadra Systems Pvt Ltd",
    locations: [
      ["Bengaluru", "on-site", null, null],
      ["Pune", "on-site", null, null],
    ],
    salary: ["INR", 1_800_000, 2_800_000, "year"],
    experience: [
      [6, 9, null],
      [6, null, "Java 11+ and Spring Boot"],
      [2, null, "Kafka"],
    ],
    title: "Senior Java Developer",
    must: [
      "6-9 years",
      "6+ years of hands-on experience in Java 11+ and Spring Boot",
      "Strong SQL (Oracle Database or PostgreSQL)",
      "Kafka – at least 2 years",
      "B.E./B.Tech in Computer Science or equivalent",
    ],
    nice: ["Exposure to Kubernetes", "ISO 8583 knowledge"],
    duties: 3,
  },
  "product-manager.md": {
    ...nothing,
    grade: "Grade 7",
    locations: [
      ["Coventry", null, null, null],
      ["Darlington", null, null, null],
      ["Manchester", null, null, null],
      ["Sheffield", null, null, null],
    ],
    salary: ["GBP", 56_535, 63_455, "year"],
    experience: [[3, null, "defining product strategy"]],
    benefits: 3,
    unread: ["another amount of pay is named beside the salary"],
    title: "Senior product manager",
    must: [
      "Product ownership. You know how to identify, analyse and prioritise user needs.",
      "Strategic ownership. At least 3 years' experience of defining product strategy.",
      "Line management experience",
      "Knowledge of data analysis tools such as Google Analytics or equivalent",
    ],
    nice: ["Experience in a government department", "An understanding of the schools sector"],
    duties: 4,
  },
  "researcher.md": {
    ...nothing,
    organisation: "Civic Studio",
    grade: "GS-14",
    locations: [[null, "remote", null, null]],
    salary: ["USD", 100_378, 168_100, "year"],
    experience: [[1, null, "specialized experience at or equivalent to the GS-13 grade level"]],
    unread: ["the amount is the limit of a pay system, not the salary of this job"],
    title: "User Experience Researcher",
    must: [
      "You must be a U.S. citizen or national.",
      "All applicants must have one year of specialized experience at or equivalent to the GS-13 grade level.",
      "Experience planning and conducting qualitative research such as interviews and usability tests;",
      "Experience synthesizing research into recommendations; and",
      "Experience working on cross-functional teams.",
    ],
    nice: [],
    duties: 5,
  },
  "security.md": {
    ...nothing,
    organisation: "Northwind Grid",
    locations: [
      ["Denver, CO", "hybrid", { min: 3, max: 3 }, null],
      [null, "remote", null, "US, Mountain or Central time"],
    ],
    salary: ["USD", 185_000, 230_000, "year"],
    experience: [
      [8, null, "software or security engineering"],
      [3, null, "leading programmes"],
    ],
    benefits: 1,
    title: "Staff Security Engineer",
    must: [
      "You have eight or more years of experience in software or security engineering, including three years leading programmes.",
      "You are fluent in at least one of Go, Python or Java.",
      "Experience with threat modeling and cloud security (AWS preferred) is required.",
    ],
    nice: ["A CISSP or equivalent certification is preferred but not required."],
    duties: 3,
  },
  "sre.md": {
    ...nothing,
    locations: [["Dublin, Ireland", "hybrid", { min: 2, max: null }, null]],
    salary: ["EUR", 70_000, 85_000, "year"],
    experience: [
      [3, null, "SRE, DevOps or platform role"],
      [2, null, "Istio"],
    ],
    benefits: 2,
    title: "Site Reliability Engineer (SRE) II",
    must: [
      "3+ yrs in an SRE, DevOps or platform role",
      "Linux internals & networking",
      "Go or Python",
      "Infrastructure as code: Terraform, Pulumi or equivalent",
    ],
    nice: ["2+ yrs with Istio", "CKA/CKAD"],
    duties: 3,
  },
  "startup.md": {
    ...nothing,
    organisation: "Marmalade",
    locations: [
      ["Bristol, UK", null, null, null],
      [null, "remote", null, "±2 hours of GMT"],
    ],
    experience: [[4, null, null]],
    benefits: 2,
    unread: [
      "the salary is mentioned without an amount",
      "the technologies in use are named, but not which are asked for: TypeScript, Node.js, React, PostgreSQL, Terraform, AWS",
    ],
    title: "Founding Engineer",
    must: [
      "You've shipped production TypeScript for 4+ years",
      "Product sense: you know when not to build",
      "Comfortable with PostgreSQL and AWS",
    ],
    nice: ["React Native", "Been an early employee at a startup"],
    duties: 1,
  },
  "tester.md": {
    ...nothing,
    grade: "EO",
    title: "QA tester",
    must: [
      "experience of manual testing of web applications",
      "some experience of an automation tool such as Cypress, Playwright or Selenium",
      "an understanding of accessibility testing, including screen readers",
    ],
    nice: ["an ISTQB foundation certificate", "experience of performance testing"],
    duties: 3,
  },
  "weather.md": {
    ...nothing,
    title: "Machine Learning Engineer",
    locations: [
      ["Amsterdam", null, null, null],
      [null, "remote", null, "Europe, CET ± 2h"],
    ],
    salary: ["EUR", 75_000, 95_000, "year"],
    experience: [
      [5, null, "ML or software engineering"],
      [2, null, null],
    ],
    must: [
      "Have trained and shipped deep learning models with PyTorch",
      "Know your way around Kubernetes and Ray",
      "5+ years in ML or software engineering (or a PhD and 2+ years)",
      "Aren't afraid of Fortran",
    ],
    nice: ["JAX", "Numerical weather prediction"],
    duties: 3,
    benefits: 3,
  },
};

describe("job specs in the styles of public services, industry and agencies", () => {
  it("expects something of each document", () => {
    assert.deepEqual(readdirSync(folder).sort(), Object.keys(expected).sort());
  });

  for (const [name, note] of Object.entries(expected)) {
    it(`reads ${name}`, () => {
      const mediaType = name.endsWith(".txt") ? "text/plain" : "text/markdown";
      const reading = readJobSpec(readFileSync(new URL(name, folder)), mediaType);
      assert.ok(reading.ok, reading.ok ? "" : reading.message);
      assert.deepEqual(notes(reading.spec), note);
      for (const quote of quotesOf(reading.spec)) assert.equal(sliceOf(reading.document, quote), quote.text);
    });
  }
});
