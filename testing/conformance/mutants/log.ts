import { mutants } from "./mutant.ts";

const JUDGED = "const outcomes = batch.map((commit) => this.#objection(commit) ?? this.#accept(commit));";
const RELEASED = "if (this.#holders.get(value) === holder) this.#holders.delete(value);";
const SINCE = "return this.#events.slice(Math.max(0, position - this.#before));";
const ENDED = "position: ended ? Math.max(after, this.#head) : events.at(-1)!.position";

export const logMutants = mutants("log.ts", [
  [
    "append",
    "checks no version",
    "commit.expectedVersion) return",
    "commit.expectedVersion && false) return",
  ],
  [
    "append",
    "refuses stale versions only",
    "this.#stream(commit.stream).length !== commit.expectedVersion",
    "this.#stream(commit.stream).length > commit.expectedVersion",
  ],
  [
    "append",
    "takes a version for what was decided on",
    "if (commit.ahead && !this.#isOfItsLine(commit))",
    "if (commit.ahead && false)",
  ],
  [
    "append",
    "remembers the first line of a stream",
    "if (line) this.#lines.set(idOfStream(stream), line);",
    "if (line && !this.#lines.has(idOfStream(stream))) this.#lines.set(idOfStream(stream), line);",
  ],
  ["append", "remembers a line that has ended", "else this.#lines.delete(idOfStream(stream));", ""],
  [
    "append",
    "judges a batch before it accepts any of it",
    JUDGED,
    "const judged = batch.map((commit) => this.#objection(commit)); const outcomes = batch.map((commit, at) => judged[at] ?? this.#accept(commit));",
  ],
  [
    "under contention",
    "checks apart from its insert",
    JUDGED,
    "const judged = batch.map((commit) => this.#objection(commit)); await null; const outcomes = batch.map((commit, at) => judged[at] ?? this.#accept(commit));",
  ],
  [
    "append",
    "drops a batch for one bad commit",
    JUDGED,
    "const bad = batch.find((commit) => this.#objection(commit)); const outcomes = batch.map((commit) => bad ? this.#objection(bad)! : this.#accept(commit));",
  ],
  [
    "append",
    "reports what it has not done",
    "for (const event of commit.events) this.#record(commit, event);",
    "for (const event of commit.events.slice(0, 2)) this.#record(commit, event);",
  ],
  ["append", "gives outcomes in another order", "return outcomes;", "return outcomes.toReversed();"],
  [
    "append",
    "leaves holes",
    "return this.#before + this.#events.length;",
    "return this.#before + this.#events.length + (this.#events.length > 3 ? 1 : 0);",
  ],
  ["append", "loses the trace", "position, at, actor, trace };", "position, at, actor, trace: null };"],
  [
    "a command id",
    "accepts what it has answered before",
    'if (first) return { kind: "duplicate", answer: first.answer };',
    "",
  ],
  [
    "a command id",
    "answers a repeat with what is now",
    "answer: first.answer };",
    "answer: { ...first.answer, version: this.#stream(commit.stream).length } };",
  ],
  [
    "a command id",
    "judges a conflict before a duplicate",
    "if (first) return {",
    "if (first && this.#stream(commit.stream).length === commit.expectedVersion) return {",
  ],
  [
    "a command id",
    "takes another payload for another command",
    "if (first) return {",
    "if (first && first.answer.fingerprint === commit.command?.fingerprint) return {",
  ],
  ["a command id", "remembers no refusal", "fingerprint, refusal };", "fingerprint, refusal: null };"],
  [
    "a command id",
    "compares command ids without case",
    "this.#answers.set(id,",
    "this.#answers.set(id.toLowerCase(),",
  ],
  ["forget", "forgets without limit", "at < before).slice(0, limit);", "at < before);"],
  ["forget", "forgets a moment too much", "at < before).slice", "at <= before).slice"],
  [
    "a condition",
    "ignores conditions",
    "!commit.conditions.every((condition) => this.#holds(condition))",
    "false",
  ],
  [
    "a condition",
    "checks only the first condition",
    "!commit.conditions.every(",
    "!commit.conditions.slice(0, 1).every(",
  ],
  ["a condition", "looks beyond the tenant", "stream.tenant === tenant && entities", "entities"],
  [
    "a condition",
    "counts the event at the position",
    "!this.#since(after).some(",
    "!this.#since(after - 1).some(",
  ],
  [
    "a unique value",
    "lets values be shared",
    "holder !== undefined && holder !== idOfStream(stream)",
    "false",
  ],
  [
    "a unique value",
    "refuses the holder itself",
    "holder !== undefined && holder !== idOfStream(stream)",
    "holder !== undefined",
  ],
  ["a unique value", "releases nothing", RELEASED, ""],
  ["a unique value", "releases what another holds", RELEASED, "this.#holders.delete(value);"],
  [
    "a unique value",
    "keeps one set of values for all tenants",
    "this.#holders.get(idOf(stream.tenant, index, claim))",
    "[...this.#holders].find(([value]) => value.endsWith(idOf(index, claim).slice(1)))?.[1]",
  ],
  [
    "reading the log",
    "says it read no further than what it found",
    ENDED,
    "position: events.at(-1)?.position ?? after",
  ],
  [
    "reading the log",
    "reads past what did not fit",
    ENDED,
    "position: Math.max(after, this.#head, ended ? 0 : 1)",
  ],
  ["reading the log", "goes back to the head", "ended ? Math.max(after, this.#head)", "ended ? this.#head"],
  ["reading the log", "fits no large event into a page", "length > PAGE_MAX && end > 0", "length > PAGE_MAX"],
  ["reading the log", "puts no bound on a page", "length > PAGE_MAX && end > 0", "false"],
  [
    "under contention",
    "says of a page how far the log has come since",
    ENDED,
    "position: ended ? (await new Promise((turn) => setImmediate(turn)), Math.max(after, this.#head)) : events.at(-1)!.position",
  ],
  [
    "under contention",
    "shows an event only after later ones",
    SINCE,
    `${SINCE.slice(0, -1)}.filter((event) => event.position % 7 !== 0 || event.position < this.#head - 2);`,
  ],
  [
    "under contention",
    "shows events before their state",
    "if (commit.state !== null) this.#states.keep(commit.stream, version, commit.state);",
    "setImmediate(() => commit.state !== null && this.#states.keep(commit.stream, version, commit.state));",
  ],
  [
    "under contention",
    "shows events before their command",
    "this.#remember(commit, version);",
    "setImmediate(() => this.#remember(commit, version));",
  ],
  [
    "a log that begins at a high position",
    "keeps 32 bits of a position",
    "const position = this.#head + 1;",
    "const position = (this.#head + 1) >>> 0;",
  ],
  ["text", "accepts any text", "for (const commit of batch) checkCommit(commit);", ""],
  [
    "text",
    "checks a text when half the batch is done",
    "for (const commit of batch) checkCommit(commit);",
    "for (const commit of batch) { checkCommit(commit); if (!this.#objection(commit)) this.#accept(commit); }",
  ],
  [
    "text",
    "writes JSON anew",
    "{ type, data }: NewEvent): void {",
    "{ type, data: json }: NewEvent): void { const data = JSON.stringify(JSON.parse(json));",
  ],
  [
    "a stored state",
    "keeps the state of the first commit",
    "if (commit.state !== null) this.",
    "if (commit.state !== null && version === 1) this.",
  ],
  [
    "a listener",
    "calls no listener",
    "for (const listener of [...this.#listeners]) listener.call(this.#head);",
    "",
  ],
  [
    "a listener",
    "hints at what was there before",
    "listener.call(this.#head)",
    "listener.call(this.#head - 1)",
  ],
  [
    "a listener",
    "never stops calling",
    "return () => void this.#listeners.delete(listener);",
    "return () => {};",
  ],
]);

export const stateMutants = mutants("states.ts", [
  [
    "a stored state",
    "keeps one state for all tenants",
    "this.#states.get(idOf(tenant, entity)) ?? new Map();",
    "[...this.#states].find(([id]) => tenant && id.endsWith(JSON.stringify([entity]).slice(1)))?.[1] ?? new Map();",
  ],
]);

const NAMED = "return JSON.stringify(parts);";

export const identityMutants = mutants("identity.ts", [
  ["append", "takes a/b and c for a and b/c", NAMED, 'return parts.join("/");'],
  ["rows", "takes generation 11 of one view for generation 1 of another", NAMED, 'return parts.join("");'],
  ["rows", "knows no case in names", NAMED, "return JSON.stringify(parts).toLowerCase();"],
]);
