import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { categoryOf } from "./category.ts";
import { kindOf } from "./kind.ts";
import { moneyIn } from "./money.ts";
import { Passage } from "./passage.ts";
import { placesIn } from "./places.ts";
import { skillsIn } from "./skills.ts";
import { topicOf } from "./vocabulary.ts";
import { yearsIn } from "./years.ts";

function eachRow<T>(rows: readonly (readonly [string, T])[], read: (text: string) => T): void {
  for (const [text, expected] of rows) it(text, () => assert.deepEqual(read(text), expected));
}

describe("skills", () => {
  const rows: [string, string[]][] = [
    ["Experience of our platform and its platforms", []],
    ["Tform and K8s", ["Terraform", "Kubernetes"]],
    ["JavaScript, not the other one", ["JavaScript"]],
    ["Java and JavaScript", ["Java", "JavaScript"]],
    ["own our go to market plans", []],
    ["Go to market plans", []],
    ["Go-to-market experience", []],
    ["Go above and beyond", []],
    ["backend services in Go", ["Go"]],
    ["Go, Rust or Java", ["Go", "Rust", "Java"]],
    ["Rust never sleeps", []],
    ["C, C++ and C#", ["C", "C++", "C#"]],
    ["C-level stakeholders and vitamin C-rich food", []],
    ["C#.NET, ASP.NET Core", ["C#", ".NET", "ASP.NET"]],
    ["Ruby, .Net (or similar).", ["Ruby", ".NET"]],
    ["statistics in R", ["statistics", "R"]],
    ["R&D budgets", []],
    ["Express yourself clearly and react quickly", []],
    ["Node.js/Express, React", ["Node.js", "Express", "React"]],
    ["a solid grasp and the rest of the team", []],
    ["SOLID principles and REST", ["SOLID", "REST"]],
    ["Redis Streams and Redis", ["Redis Streams", "Redis"]],
    ["Postgres, postgresql and PostgreSQL", ["PostgreSQL"]],
    ["login.net users", []],
    ["Excel at your work", []],
    ["Word and Excel skills", ["Excel"]],
    ["C++17 and Python 3", ["C++", "Python"]],
    ["Ruby on Rails", ["Ruby on Rails"]],
  ];
  eachRow(rows, (text) => skillsIn(text).map(({ name }) => name));
});

describe("years", () => {
  type Found = [number | null, number | null, string | null][];
  const rows: [string, Found][] = [
    ["5+ years of Python", [[5, null, "Python"]]],
    ["3-5 years of experience in sales", [[3, 5, "sales"]]],
    ["6–8 years of Go", [[6, 8, "Go"]]],
    ["at least two years of teaching", [[2, null, "teaching"]]],
    ["a minimum of 7 years", [[7, null, null]]],
    ["Minimum of 10 years in finance", [[10, null, "finance"]]],
    ["up to 3 years of experience with React", [[null, 3, "React"]]],
    [
      "8+ years backend, 3+ years lead",
      [
        [8, null, "backend"],
        [3, null, "lead"],
      ],
    ],
    ["one (1) year of specialized experience", [[1, null, "specialized"]]],
    ["Golang — 6-8 years of professional experience required", [[6, 8, "Golang"]]],
    ["Python (5+ years)", [[5, null, "Python"]]],
    ["5 or more years' experience of nursing", [[5, null, "nursing"]]],
    [
      "10+ years in software, of which at least 4 in leadership",
      [
        [10, null, "software"],
        [4, null, "leadership"],
      ],
    ],
    [
      "Min. 5 years experience with JavaScript, at least 3 of them with React",
      [
        [5, null, "JavaScript"],
        [3, null, "React"],
      ],
    ],
    ["10 years of experience with 3 of the major clouds", [[10, null, "3 of the major clouds"]]],
    ["managed engineers for at least 3 years", [[3, null, null]]],
    ["we have built bridges for over 50 years", []],
    ["two years in medical devices would be a plus", [[2, null, "medical devices"]]],
    ["You must be 18 years old", []],
    ["founded 10 years ago", []],
    ["a two-year fellowship, a 2 year contract", []],
    ["over the past 5 years we grew", []],
    ["foundation for years to come", []],
    ["20% per year", []],
  ];
  eachRow(rows, (text) => yearsIn(text).map(({ min, max, of }): Found[number] => [min, max, of]));
});

describe("money", () => {
  type Found = [string | null, number | null, number | null, string | null][];
  const rows: [string, Found][] = [
    ["£45k-£60k per annum", [["£", 45_000, 60_000, "year"]]],
    ["£45-60k", [["£", 45_000, 60_000, null]]],
    ["$120,000 to $150,000 a year", [["$", 120_000, 150_000, "year"]]],
    ["EUR 70.000", [["EUR", 70_000, 70_000, null]]],
    ["70.000 EUR brutto per year", [["EUR", 70_000, 70_000, "year"]]],
    ["€65.000 – €80.000", [["€", 65_000, 80_000, null]]],
    ["up to £600/day", [["£", null, 600, "day"]]],
    ["£550 - £600 per day", [["£", 550, 600, "day"]]],
    ["$117,962 - $153,354", [["$", 117_962, 153_354, null]]],
    ["$180K - $250K + equity", [["$", 180_000, 250_000, null]]],
    ["from €4.500 per month", [["€", 4500, null, "month"]]],
    ["£50,000+", [["£", 50_000, null, null]]],
    ["$45.50 an hour", [["$", 45.5, 45.5, "hour"]]],
    ["GS-14 Step 1 - $100,378", [["$", 100_378, 100_378, null]]],
    ["From £95,000", [["£", 95_000, null, null]]],
    ["CHF 120'000", [["CHF", 120_000, 120_000, null]]],
    ["US$100k", [["US$", 100_000, 100_000, null]]],
    ["Rs. 12 - 18 LPA", [["Rs.", 1_200_000, 1_800_000, "year"]]],
    ["₹12-18 LPA", [["₹", 1_200_000, 1_800_000, "year"]]],
    ["competitive", []],
    ["25 days and a 401k match", []],
  ];
  eachRow(rows, (text) =>
    moneyIn(text).map(({ sign, min, max, period }): Found[number] => [sign?.text ?? null, min, max, period]),
  );
});

describe("kinds", () => {
  const rows: [string, string][] = [
    ["must|Master's degree (PhD preferred)", "must"],
    ["must|Experience with SQL (PostgreSQL preferred)", "must"],
    ["must|An interest in software, ideally with some C#", "must"],
    ["must|Fluent English; German is a plus", "must"],
    ["must|Ideally, experience in healthcare", "nice"],
    ["must|Knowledge of Kafka (nice to have)", "nice"],
    ["must|Next.js - nice to have", "nice"],
    ["must|Kafka experience is a big plus.", "nice"],
    ["must|Bonus: GraphQL", "nice"],
    ["must|Knowledge of Kafka preferred", "nice"],
    ["must|A certificate is preferred but not required.", "nice"],
    ["must|Bachelor's degree required, Master's preferred", "must"],
    ["nice|Kubernetes production experience (required)", "must"],
    ["nice|A driving licence is essential.", "must"],
    ["nice|Terraform", "nice"],
    ["must|Terraform", "must"],
  ];
  eachRow(rows, (row) => kindOf(row.split("|")[1]!, row.startsWith("nice") ? "nice" : "must"));
});

describe("categories", () => {
  const rows: [string, string][] = [
    ["Languages: Python and SQL", "language"],
    ["Languages: German B2", "communication"],
    ["Fluent in at least one of Go, Python or Java", "language"],
    ["deep technical expertise, hands-on coding skills and architectural decisions", "architecture"],
    ["Experience in education or children's social care", "domain"],
    ["B.Tech in Computer Science or equivalent", "education"],
    ["Product ownership: you set priorities", "practice"],
    ["Experience awarding contracts for software development", "domain"],
    ["Experience planning and conducting user research", "design"],
    ["PostgreSQL (replication, query tuning on AWS)", "database"],
    ["3+ years in a similar job", "experience"],
    ["A kind heart", "other"],
  ];
  eachRow(rows, (text) => {
    const lead = /^([^:]{2,20}): /.exec(text)?.[1] ?? "";
    return categoryOf(text, lead, skillsIn(text), yearsIn(text).length > 0);
  });
});

describe("places", () => {
  type Found = [string | null, string | null, string | null][];
  const rows: [string, Found][] = [
    ["Remote (EU)", [[null, "remote", "EU"]]],
    ["Remote – Europe", [[null, "remote", "Europe"]]],
    [
      "London or Manchester",
      [
        ["London", null, null],
        ["Manchester", null, null],
      ],
    ],
    [
      "London, Leeds, York or Remote",
      [
        ["London", null, null],
        ["Leeds", null, null],
        ["York", null, null],
        [null, "remote", null],
      ],
    ],
    ["Berlin, Germany", [["Berlin, Germany", null, null]]],
    [
      "New York, NY or Remote (US-based only)",
      [
        ["New York, NY", null, null],
        [null, "remote", "US-based only"],
      ],
    ],
    [
      "London, Leeds or Remote",
      [
        ["London", null, null],
        ["Leeds", null, null],
        [null, "remote", null],
      ],
    ],
    [
      "Paris, France or Remote",
      [
        ["Paris, France", null, null],
        [null, "remote", null],
      ],
    ],
    [
      "Denver, CO (hybrid, 3 days/week on-site) or Remote (US)",
      [
        ["Denver, CO", "hybrid", null],
        [null, "remote", "US"],
      ],
    ],
    [
      "Coventry, Darlington, Sheffield",
      [
        ["Coventry", null, null],
        ["Darlington", null, null],
        ["Sheffield", null, null],
      ],
    ],
    [
      "12 High Street, Wakefield, West Yorkshire",
      [["12 High Street, Wakefield, West Yorkshire", null, null]],
    ],
    ["Canary Wharf, London, UK", [["Canary Wharf, London, UK", null, null]]],
    ["Remote, US or Canada", [[null, "remote", "US or Canada"]]],
    ["Milton Keynes with hybrid working", [["Milton Keynes", "hybrid", null]]],
    ["Anywhere in the U.S. (remote)", [["Anywhere in the U.S.", "remote", null]]],
    ["Virtual", [[null, "remote", null]]],
    ["Leeds (3 days on-site)", [["Leeds", "hybrid", null]]],
    ["Pune (work from office)", [["Pune", "on-site", null]]],
    ["Paris (on-site)", [["Paris", "on-site", null]]],
    [
      "London or Bristol (hybrid, 2 days a week in the office)",
      [
        ["London", "hybrid", null],
        ["Bristol", "hybrid", null],
      ],
    ],
  ];
  eachRow(rows, (text) => {
    const passage = Passage.verbatim(text, { start: 0, end: text.length });
    return placesIn(passage).map(({ name, arrangement, restriction }): Found[number] => [
      name,
      arrangement,
      restriction,
    ]);
  });
});

describe("headings", () => {
  const rows: [string, string | null][] = [
    ["What you'll bring", "requirements"],
    ["You have", "requirements"],
    ["Who you are", "requirements"],
    ["Qualifications", "requirements"],
    ["Bonus points", "nice"],
    ["Desirable criteria", "nice"],
    ["Preferred qualifications", "nice"],
    ["the following skills would be an advantage, but are not essential:", "nice"],
    ["It would be great if you had", "nice"],
    ["You may also have", "nice"],
    ["Essential criteria", "must"],
    ["Basic qualifications", "must"],
    ["Minimum Qualifications", "must"],
    ["SPECIALIZED EXPERIENCE REQUIREMENTS:", "must"],
    ["What you’ll do", "responsibilities"],
    ["You will:", "responsibilities"],
    ["key_objectives", "responsibilities"],
    ["Your main responsibilities will include:", "responsibilities"],
    ["What we offer", "benefits"],
    ["Why Join Us?", "benefits"],
    ["SALARY & BENEFITS", "benefits"],
    ["Compensation", "salary"],
    ["Where is this position located?", "location"],
    ["Second stage interview", "process"],
    ["How to Apply", "process"],
    ["How we'll assess you", "process"],
    ["We'll assess you against these during the selection process:", "requirements"],
    ["For each job on your resume, provide:", "process"],
    ["About the team", "about"],
    ["You", "requirements"],
    ["Where", "location"],
    ["Behaviours", "process"],
    ["Tools and technologies", "about"],
    ["Community", null],
  ];
  eachRow(rows, topicOf);
});
