import type { JobSpec } from "../schema.ts";
import { at, items, must, nice, row, years } from "./expect.ts";

const sixYears = "**6-8 years of professional Golang development** with demonstrable expertise";
const sixYearsRow = "**Programming Language** | Golang — **6-8 years of professional experience required**";
const range = { min: 6, max: 8 };

export const expected: JobSpec = {
  title: { text: "Senior Backend Developer (Golang)", quote: at(1, 3, "Senior Backend Developer (Golang)") },
  organisation: null,
  grade: null,
  locations: [],
  salary: null,
  experience: [
    years(6, 8, "professional Golang development", at(52, 3, sixYears)),
    years(6, 8, "Golang", at(62, 3, sixYearsRow)),
  ],
  responsibilities: items(38, [
    "**Design & Development**: Architect and implement robust, scalable microservices using Golang (API → Business Logic → Data Layer)",
    "**Database Management**: Design efficient data models and optimize queries for MongoDB, ensuring data integrity and high performance",
    "**Event-Driven Architecture**: Build asynchronous messaging systems using Redis Streams and RabbitMQ for reliable inter-service communication",
    "**API Development**: Develop RESTful APIs using the Hertz HTTP framework with comprehensive Swagger/OpenAPI documentation",
    "**Distributed Tracing**: Implement observability solutions using OpenTelemetry (OTLP) for end-to-end request tracing and monitoring",
    "**Security**: Integrate JWT authentication, HashiCorp Vault for secrets management, and implement robust authorization patterns",
    "**AI-Assisted Development**: Leverage AI coding tools to accelerate development velocity while maintaining code quality standards",
  ]),
  benefits: [],
  requirements: [
    row(
      20,
      "**Strong Coding Fundamentals** | Demonstrate mastery of programming principles beyond framework familiarity. You should deeply understand data structures, algorithms, concurrency patterns, and memory management in Go.",
      "practice",
      ["data structures", "algorithms", "concurrency", "Go"],
    ),
    row(
      21,
      "**Code Readability** | Write clean, self-documenting code that tells a story. Variable names, function signatures, and code structure should convey intent clearly.",
      "practice",
      [],
    ),
    row(
      22,
      "**Maintainability & Design** | Apply SOLID principles consistently. Design with clear separation of concerns.",
      "architecture",
      ["SOLID"],
    ),
    row(
      23,
      "**Comprehensive Unit Testing** | Maintain high test coverage with meaningful tests.",
      "testing",
      ["unit testing"],
    ),
    must(52, sixYears, "language", ["Go"], range),
    must(
      53,
      "**Deep understanding of Go idioms**: goroutines, channels, context, error handling patterns",
      "language",
      ["Go"],
    ),
    must(54, "**Strong computer science fundamentals**: data structures, algorithms", "architecture", [
      "data structures",
      "algorithms",
    ]),
    must(
      55,
      "**Clean Code practices**: meaningful naming, small functions, proper error handling",
      "practice",
      ["clean code"],
    ),
    must(56, "**Testing expertise**: Unit testing", "testing", ["unit testing"]),
    row(62, sixYearsRow, "language", ["Go"], range),
    row(
      63,
      "**Databases** | MongoDB (including transactions, aggregation pipelines, indexing strategies)",
      "database",
      ["MongoDB"],
    ),
    row(64, "**Caching** | Redis (including Redis Streams for event queuing)", "database", [
      "caching",
      "Redis",
      "Redis Streams",
    ]),
    row(
      65,
      "**Architecture** | Microservices architecture with clean/layered design patterns",
      "architecture",
      ["microservices", "design patterns"],
    ),
    row(66, "**Deployment** | Kubernetes (K8s), Docker, CI/CD pipelines", "infrastructure", [
      "Kubernetes",
      "Docker",
      "CI/CD",
    ]),
    must(70, "**HTTP Framework**: CloudWeGo Hertz (high-performance HTTP framework)", "framework", ["Hertz"]),
    must(71, "**API Documentation**: Swaggo/Swag for Swagger/OpenAPI generation", "api", [
      "Swaggo",
      "OpenAPI",
    ]),
    must(72, "**Message Queuing**: RabbitMQ, Redis Streams", "messaging", [
      "message queues",
      "RabbitMQ",
      "Redis Streams",
    ]),
    must(73, "**Observability**: OpenTelemetry", "observability", ["observability", "OpenTelemetry"]),
    must(74, "**Authentication**: JWT, service-to-service authentication", "security", [
      "authentication",
      "JWT",
    ]),
    must(75, "**Secrets Management**: HashiCorp Vault integration", "security", [
      "secrets management",
      "HashiCorp Vault",
    ]),
    must(76, "**Protocol Buffers**: gRPC with protobuf for inter-service communication", "api", [
      "Protocol Buffers",
      "gRPC",
    ]),
    must(77, "**Testing**: Go testing framework with mocking", "testing", ["Go"]),
    must(
      81,
      "Proficient in using AI coding assistants such as **GitHub Copilot**, **Claude**, or similar tools",
      "practice",
      ["GitHub Copilot", "Claude"],
    ),
    must(
      82,
      "**Critical**: Ability to evaluate and refine AI-generated code to meet our quality standards — AI is a tool, not a replacement",
      "practice",
      [],
    ),
    must(
      86,
      "Experience with graceful shutdown, connection pooling, and resource management",
      "architecture",
      ["graceful shutdown", "connection pooling"],
    ),
    must(
      87,
      "Familiarity with environment configuration management (dotenv, environment variables)",
      "infrastructure",
      ["configuration management"],
    ),
    nice(93, "**Frontend Development**: ReactJS, HTML, CSS, TypeScript", "framework", [
      "React",
      "HTML",
      "CSS",
      "TypeScript",
    ]),
    nice(94, "**Additional Databases**: Elasticsearch", "database", ["Elasticsearch"]),
    nice(95, "**Cloud Platforms**: GCP", "cloud", ["Google Cloud"]),
    nice(96, "**Monitoring Tools**: Prometheus, Grafana, Jaeger", "observability", [
      "Prometheus",
      "Grafana",
      "Jaeger",
    ]),
    must(
      101,
      "**Excellent Communication**: Ability to articulate technical concepts clearly to both technical and non-technical stakeholders",
      "communication",
      [],
    ),
    must(
      102,
      "**Collaboration**: Strong team player with a positive attitude; comfortable in an agile, fast-paced environment",
      "communication",
      ["agile"],
    ),
    must(
      103,
      "**Problem-Solving**: Analytical mindset with a passion for solving complex technical challenges",
      "practice",
      [],
    ),
    must(
      104,
      "**Ownership Mentality**: Takes full responsibility for the quality and reliability of their work",
      "leadership",
      [],
    ),
  ],
  repairs: [],
  unread: [],
};
