import type { JobSpec } from "../schema.ts";
import { at, items, must, nice, years } from "./expect.ts";

const experience = "**Experience**: 5+ years of professional software engineering experience";

export const expected: JobSpec = {
  title: { text: "Senior Software Engineer", quote: at(1, 3, "Senior Software Engineer") },
  organisation: null,
  grade: null,
  locations: [
    {
      place: "London, UK",
      arrangement: "hybrid",
      officeDays: { min: 3, max: 3 },
      restriction: null,
      quote: at(9, 1, "London, UK (hybrid — 3 days in office)"),
    },
  ],
  salary: {
    currency: "GBP",
    currencyQuote: at(48, 1, "£"),
    min: 75_000,
    max: 95_000,
    period: "year",
    periodStated: false,
    equity: false,
    note: "depending on experience",
    quote: at(48, 1, "£75,000–£95,000 depending on experience"),
  },
  experience: [
    years(5, null, "professional software engineering", at(13, 3, experience)),
    {
      min: 5,
      max: 10,
      sweetSpot: { min: 6, max: 8 },
      of: null,
      quote: {
        text: "Minimum: 5 years\n- Maximum: 10 years\n- Sweet spot: 6–8 years",
        line: 34,
        column: 3,
        endLine: 36,
        endColumn: 24,
      },
    },
  ],
  responsibilities: items(40, [
    "Design and implement new platform services",
    "Improve reliability and performance of existing systems",
    "Participate in architecture decisions and technical design reviews",
    "Mentor mid-level and junior engineers",
    "Contribute to engineering culture and best practices",
  ]),
  benefits: items(52, [
    "25 days annual leave + bank holidays",
    "Private health insurance",
    "Pension contribution (5% employer match)",
    "Learning & development budget (£1,500/year)",
    "Cycle to work scheme",
  ]),
  requirements: [
    must(13, experience, "experience", [], { min: 5, max: null }),
    must(14, "**Python**: Strong proficiency in Python (our primary backend language)", "language", [
      "Python",
    ]),
    must(15, "**Cloud platforms**: Hands-on experience with AWS (EC2, S3, Lambda, RDS at minimum)", "cloud", [
      "AWS",
      "Amazon EC2",
      "Amazon S3",
      "AWS Lambda",
      "Amazon RDS",
    ]),
    must(
      16,
      "**Databases**: Experience designing and optimising relational databases (PostgreSQL preferred)",
      "database",
      ["relational databases", "PostgreSQL"],
    ),
    must(17, "**API design**: Experience building and maintaining RESTful APIs", "api", [
      "API design",
      "REST",
    ]),
    must(18, "**Testing**: Strong testing practices (unit, integration, end-to-end)", "testing", []),
    must(19, "**Version control**: Proficient with Git and collaborative development workflows", "practice", [
      "version control",
      "Git",
    ]),
    must(
      20,
      "**Communication**: Ability to communicate technical concepts clearly to non-technical stakeholders",
      "communication",
      [],
    ),
    nice(24, "**Container orchestration**: Experience with Kubernetes or similar", "infrastructure", [
      "container orchestration",
      "Kubernetes",
    ]),
    nice(25, "**Infrastructure as Code**: Terraform, CloudFormation, or Pulumi", "infrastructure", [
      "infrastructure as code",
      "Terraform",
      "CloudFormation",
      "Pulumi",
    ]),
    nice(26, "**GraphQL**: Experience building or consuming GraphQL APIs", "api", ["GraphQL"]),
    nice(27, "**Event-driven architecture**: Kafka, RabbitMQ, or similar message brokers", "architecture", [
      "event-driven architecture",
      "Kafka",
      "RabbitMQ",
      "message queues",
    ]),
    nice(28, "**Mentoring**: Track record of mentoring junior engineers", "leadership", []),
    nice(29, "**Open source**: Contributions to open source projects", "practice", ["open source"]),
    nice(30, "**CI/CD**: Experience designing deployment pipelines", "infrastructure", ["CI/CD"]),
  ],
  repairs: [],
  unread: [],
};
