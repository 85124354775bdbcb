import type { Category } from "./schema.ts";

/**
 * The skills that are known by name: canonical name first, then other spellings, apart by "|". Spelling in
 * capitals or small letters does not matter, save for names marked "=", which are common words too: those
 * count only as written and only where the words around them speak of a technology (see `skills.ts`).
 */
export const skillTable: Readonly<Partial<Record<Category, string>>> = {
  language: `
    =Go|Golang | =C | C++|cpp | C#|C Sharp|CSharp | =R | F# | Java | JavaScript|ECMAScript|ES6 | TypeScript | Python|Python3
    | =Ruby | =Rust | =Swift | Kotlin | Scala | PHP | Perl | Elixir | Erlang | Haskell | Clojure | =Dart | =Julia | Lua
    | Objective-C | Groovy | OCaml | =Elm | Solidity | COBOL | Fortran | MATLAB | VBA | SQL | T-SQL|TSQL | PL/SQL | Bash
    | PowerShell | Shell scripting|shell scripts | HTML|HTML5 | CSS|CSS3 | Sass|SCSS | Assembly language | WebAssembly|WASM
    | Visual Basic|VB.NET | Zig lang|Ziglang | Markdown | XML | YAML`,
  framework: `
    .NET|dotnet|.NET Core|.NET Framework | ASP.NET|ASP.NET Core | Node.js|NodeJS|Node JS | =Express|Express.js|ExpressJS
    | =React|React.js|ReactJS | React Native | Next.js|NextJS | Nuxt|Nuxt.js | Vue.js|Vue|VueJS | Angular|AngularJS | Svelte|SvelteKit
    | jQuery | =Redux | NestJS|Nest.js | Fastify | Hono | Deno | =Bun | Django|Django REST Framework | =Flask | FastAPI
    | Ruby on Rails|Rails|RoR | Sinatra | Laravel | Symfony | =Spring|Spring Framework | Spring Boot | Quarkus | Micronaut
    | Hibernate | =Phoenix | =Gin|Gin-Gonic | =Echo | =Fiber | Hertz|CloudWeGo Hertz|CloudWeGo | Actix | Axum | Tokio
    | Blazor | Entity Framework|EF Core | Xamarin | Flutter | SwiftUI | Jetpack Compose | Electron | Tailwind CSS|Tailwind
    | Bootstrap CSS | Webpack | Vite | Storybook | WordPress | Drupal | Unity3D | Unreal Engine | Qt Framework | GOV.UK Prototype Kit|GOV.UK Design System`,
  api: `
    =REST|RESTful|REST APIs|RESTful APIs|RESTful API|REST API|RESTful API design|RESTful services|RESTful web services | GraphQL
    | gRPC | OpenAPI|Swagger|Swagger/OpenAPI|OpenAPI/Swagger | Swaggo|Swaggo/Swag|=Swag | SOAP web services|SOAP API | Protocol Buffers|protobuf|protobufs
    | WebSockets|WebSocket | JSON:API | OData | API gateway|API gateways | API design | Webhooks|webhook | Apollo GraphQL|Apollo Server`,
  database: `
    PostgreSQL|Postgres|PostgresSQL|psql | MySQL | MariaDB | SQL Server|MS SQL|MSSQL|Microsoft SQL Server | SQLite | MongoDB|=Mongo | Redis
    | Cassandra|Apache Cassandra | DynamoDB|Amazon DynamoDB | CockroachDB | Couchbase | CouchDB | Neo4j | Elasticsearch|Elastic Search
    | OpenSearch | Solr|Apache Solr | ClickHouse | InfluxDB | TimescaleDB | Memcached | ElastiCache | Firestore|Firebase | Oracle Database|Oracle DB|PL/SQL Oracle
    | ScyllaDB | Cosmos DB|CosmosDB | NoSQL|NO-SQL|No SQL | Supabase | HBase | Cloud Spanner|Google Spanner | pgvector | Pinecone | DB2 | caching|caching strategies | sharding | replication | relational databases|RDBMS|relational database|relational data models`,
  messaging: `
    Kafka|Apache Kafka | Kafka Streams | Redis Streams | RabbitMQ|Rabbit MQ | NATS|NATS.io|JetStream | ActiveMQ | Pulsar|Apache Pulsar | Amazon SQS|SQS|AWS SQS
    | Amazon SNS|SNS|AWS SNS | Kinesis|Amazon Kinesis | EventBridge | Google Pub/Sub|Pub/Sub | Azure Service Bus|Service Bus
    | Event Hubs|Azure Event Hubs | MQTT | ZeroMQ | message queues|message queue|message brokers|message broker|message queuing`,
  cloud: `
    AWS|Amazon Web Services | Azure|Microsoft Azure | Google Cloud|GCP|Google Cloud Platform | Amazon EC2|EC2 | Amazon S3|S3 | AWS Lambda|=Lambda
    | Amazon RDS|RDS | Amazon ECS|ECS | Amazon EKS|EKS | CloudFront|Amazon CloudFront | AWS Fargate|Fargate | Azure Functions | Azure DevOps | GKE|Google Kubernetes Engine
    | AKS|Azure Kubernetes Service | Cloud Run | App Engine | Heroku | Vercel | Netlify | Cloudflare|Cloudflare Workers | DigitalOcean
    | OpenStack | serverless | SaaS|Software as a Service|software-as-a-service | PaaS | IaaS | Hetzner | IAM | CloudWatch | VPC | Route 53
    | cloud-native|cloud native | multi-cloud`,
  infrastructure: `
    Kubernetes|K8s|k8s|Kube | Docker|Docker Compose | Terraform|OpenTofu|Tform | CloudFormation|AWS CloudFormation | Pulumi | Ansible | =Chef | =Puppet | SaltStack
    | =Helm | Argo CD|ArgoCD | Flux CD|FluxCD | GitOps | Jenkins | GitHub Actions | GitLab CI|GitLab CI/CD | CircleCI | Travis CI|TravisCI | TeamCity | Bamboo CI
    | CI/CD|CICD|continuous integration and delivery|CI/CD pipelines|CI-CD | continuous integration | continuous delivery | continuous deployment
    | Istio | Linkerd | service mesh | Envoy | Nginx | HAProxy | Traefik | Linux | Unix | Windows Server | Consul|HashiCorp Consul
    | =Nomad | Vagrant | =Packer | OpenShift | Rancher | VMware | infrastructure as code|infrastructure-as-code|IaC
    | containers|containerisation|containerization|containerised|containerized | container orchestration | load balancing|load balancers | auto-scaling|autoscaling
    | TCP/IP | DNS | configuration management | CDN | networking`,
  observability: `
    Prometheus | Grafana | Datadog | New Relic | Splunk | ELK stack|ELK|Elastic Stack | Kibana | Logstash | Jaeger | Zipkin | OpenTelemetry|OTel|OTLP
    | Sentry | PagerDuty | Honeycomb.io | Loki | distributed tracing | observability | Dynatrace | AppDynamics | Nagios`,
  architecture: `
    microservices|microservice|micro-services|microservices architecture|microservice architecture | distributed systems|distributed system
    | event-driven architecture|event-driven systems|event-driven design|event driven architecture|EDA | event sourcing | CQRS | domain-driven design|DDD|domain driven design
    | system design|systems design | service-oriented architecture|SOA | CAP theorem|=CAP | hexagonal architecture|ports and adapters | clean architecture
    | =SOLID|SOLID principles | design patterns | object-oriented design|OOD | object-oriented programming|OOP | functional programming | concurrency|concurrent programming
    | data structures | algorithms | rate limiting | TOGAF | ArchiMate | UML | enterprise architecture
    | graceful shutdown | connection pooling | MVC | multi-threading|multithreading`,
  security: `
    OAuth 2.0|OAuth2|OAuth | OpenID Connect|OIDC | JWT|JSON Web Tokens | SAML | HashiCorp Vault|=Vault | OWASP|OWASP Top 10|OWASP Top Ten | Keycloak | Okta | Auth0
    | mTLS | TLS|SSL/TLS|SSL | encryption|cryptography | PKI | SIEM | penetration testing|pen testing|pentesting | threat modelling|threat modeling | DevSecOps
    | FedRAMP | FISMA | SOC 2|SOC2 | PCI DSS|PCI-DSS|PCI | ISO 27001|ISO27001 | HIPAA | GDPR | NIST|NIST SP 800 | CISSP | CISM | CISA certification | Zero Trust
    | authentication | authorization|authorisation | secrets management | RBAC | LDAP | Active Directory | incident response`,
  testing: `
    test-driven development|TDD|test driven development | behaviour-driven development|BDD|behavior-driven development | unit testing|unit tests|unit test | integration testing|integration tests
    | end-to-end testing|end-to-end tests|E2E testing|E2E | automated testing|automated tests|test automation | Jest | Vitest | Mocha | Cypress | Playwright | Selenium
    | pytest | JUnit | TestNG | RSpec | xUnit | NUnit | Cucumber | Postman | load testing|load tests|performance testing | k6 | JMeter | Gatling | Appium | Testcontainers
    | contract testing|Pact tests | code review|code reviews`,
  data: `
    =Spark|Apache Spark|PySpark | Hadoop | Airflow|Apache Airflow | dbt | Snowflake | BigQuery | Redshift|Amazon Redshift | Databricks | Azure Data Factory|Data Factory | Informatica|Informatica DEI
    | Flink|Apache Flink | Apache Beam | Fivetran | ETL|ELT|ETL/ELT | data pipelines|data pipeline | data warehouses|data warehouse|data warehousing|cloud data warehouses | data lakes|data lake
    | Pandas | NumPy | scikit-learn|sklearn | TensorFlow | PyTorch | Keras | Jupyter|Jupyter notebooks | MLflow | Kubeflow | Hugging Face | LangChain | LLMs|LLM|large language models
    | machine learning|ML | deep learning | natural language processing|NLP | computer vision | Power BI|PowerBI | Tableau | Looker | Google Analytics|GA4 | =Excel|Microsoft Excel | data modelling|data modeling|data models
    | data visualisation|data visualization | data analysis|data analytics | statistics|statistical analysis | Erwin|Erwin data modeller | data governance | data architecture | generative AI|GenAI | artificial intelligence
    | data flow diagrams`,
  design: `
    Figma | Sketch app | Adobe XD | InVision | user research|UX research | usability testing | service design | interaction design | user-centred design|user-centered design|UCD
    | human-centred design|human centered design|human-centered design | design system | prototyping|prototypes | wireframing|wireframes | accessibility|WCAG|Web Content Accessibility Guidelines
    | WAI-ARIA|=ARIA | inclusive design | content design | Lean UX | user journeys|user journey mapping | co-design | UX design|UX | UI design|UI | Adobe Creative Suite|Photoshop | assistive technologies|assistive technology|screen readers
    | Government Service Standard|UK Government Service Standard|Service Standard`,
  practice: `
    Git | GitHub | GitLab | Bitbucket | Subversion|SVN | version control | agile|agile methodologies|agile methodology|agile development|agile delivery | Scrum | Kanban | =SAFe | Lean methodology | DevOps | site reliability engineering|SRE
    | pair programming|pairing | refactoring | clean code | Jira | Confluence | open source|open-source | GitHub Copilot|Copilot | Claude|Claude Code | ChatGPT | Cursor IDE|Cursor AI | Trunk-based development | ITIL
    | PRINCE2 | PMP | MS Project|Microsoft Project | technical writing | Kaizen | Six Sigma`,
};
