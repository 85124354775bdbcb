import type { JobSpec } from "../schema.ts";
import { at, items, must, years } from "./expect.ts";

const sevenYears =
  "7+ years of backend and full-stack engineering experience, with 2+ years in **technical leadership / staff-level roles**.";

export const expected: JobSpec = {
  title: {
    text: "Staff Software Engineer (Backend / Distributed Systems)",
    quote: at(1, 3, "Staff Software Engineer (Backend / Distributed Systems)"),
  },
  organisation: null,
  grade: null,
  locations: [],
  salary: null,
  experience: [
    years(
      7,
      null,
      "designing and scaling complex distributed systems",
      at(
        4,
        1,
        "We are seeking a **Staff Software Engineer** with 7+ years of experience in designing and scaling complex distributed systems.",
      ),
    ),
    years(7, null, "backend and full-stack engineering", at(16, 3, sevenYears)),
    years(2, null, "technical leadership / staff-level roles", at(16, 3, sevenYears)),
  ],
  responsibilities: items(7, [
    "**Architecture & System Design**: Lead end-to-end design of scalable, reliable, and high-availability systems (APIs, microservices, event-driven systems).",
    "**Hands-On Development**: Write clean, performant code using **Python (FastAPI, Django), Node.js/Express, React, .NET** (growing proficiency).",
    "**Database Expertise**: Optimize and scale SQL (PostgreSQL, MySQL, SQL Server) and NoSQL (MongoDB, Cassandra, DynamoDB, Redis, Kafka Streams) solutions.",
    "**Cloud & Infrastructure**: Architect and deploy solutions on **AWS, Kubernetes, Docker, Terraform**, with strong focus on cost-efficiency, observability, and automation.",
    "**Performance & Reliability**: Solve critical bottlenecks, improve latency, throughput, and resilience across distributed services.",
    "**Mentorship & Leadership**: Guide senior developers, set engineering best practices (TDD, CI/CD, code quality, observability).",
    "**Cross-Functional Collaboration**: Partner with product managers, architects, and leadership to translate business goals into technical strategy.",
  ]),
  benefits: items(25, [
    "Opportunity to **drive architectural vision** for large-scale systems.",
    "Work with **cutting-edge technologies** across backend, cloud, and infrastructure.",
    "Be part of a **high-impact engineering culture** where your decisions shape products and teams.",
  ]),
  requirements: [
    {
      kind: "must",
      category: "architecture",
      text: "This role requires deep technical expertise, hands-on coding skills, and the ability to drive architectural decisions that impact products at scale.",
      skills: [],
      years: null,
      quote: at(
        4,
        128,
        "This role requires deep technical expertise, hands-on coding skills, and the ability to drive architectural decisions that impact products at scale.",
      ),
    },
    must(16, sevenYears, "experience", [], { min: 7, max: null }),
    must(
      17,
      "Strong knowledge of **system design, distributed systems, and high-scale architectures**.",
      "architecture",
      ["system design", "distributed systems"],
    ),
    must(
      18,
      "Expertise in **Python (FastAPI, Django), Node.js/Express, React**, with working knowledge of **.NET**.",
      "framework",
      ["Python", "FastAPI", "Django", "Node.js", "Express", "React", ".NET"],
    ),
    must(
      19,
      "Deep experience with **databases, caching, indexing, replication, and high-performance query optimization**.",
      "database",
      ["caching", "replication"],
    ),
    must(
      20,
      "Cloud-native architecture design with **AWS (ECS/EKS, RDS, S3, CloudFront)** and infrastructure automation (Terraform, Ansible, CI/CD pipelines).",
      "cloud",
      [
        "cloud-native",
        "AWS",
        "Amazon ECS",
        "Amazon EKS",
        "Amazon RDS",
        "Amazon S3",
        "CloudFront",
        "Terraform",
        "Ansible",
        "CI/CD",
      ],
    ),
    must(
      21,
      "Strong understanding of **concurrency, message queues (Kafka, RabbitMQ, Redis Streams), event-driven design, and CAP trade-offs**.",
      "architecture",
      [
        "concurrency",
        "message queues",
        "Kafka",
        "RabbitMQ",
        "Redis Streams",
        "event-driven architecture",
        "CAP theorem",
      ],
    ),
    must(
      22,
      "Proven ability to lead cross-team initiatives and **mentor engineers at scale**.",
      "leadership",
      [],
    ),
  ],
  repairs: [{ kind: "mojibake", from: "â€™", to: "’", count: 1, quote: at(4, 280, "’") }],
  unread: [],
};
