import { hash } from "node:crypto";
import type { AnyCommand, Entity, Refusal, StreamName } from "@plinth/model";
import {
  type Answer,
  type Caller,
  type Clock,
  type CommandRecord,
  type CommandReply,
  type Commit,
  type Ids,
  type Log,
  type Metric,
  type Outcome,
  PlinthError,
  RefusedError,
} from "@plinth/ports";
import type { Entry, Snapshot } from "./cache.ts";
import type { Committer } from "./committer.ts";
import { decide, type Situation, type Verdict } from "./decide.ts";
import type { Entities } from "./entities.ts";
import type { FactReader, Facts } from "./facts.ts";
import { NO_FACTS } from "./facts.ts";
import { parseInput } from "./input.ts";
import { Counter, Histogram } from "./metrics.ts";
import { checkId } from "./names.ts";
import { objectionTo } from "./objection.ts";
import type { Policies } from "./policy.ts";
import { refusalTaken, uniqueChanges } from "./unique.ts";

/** A command as a protocol or a reactor sends it. */
export interface Order {
  readonly caller: Caller;
  readonly entity: Entity;
  readonly command: AnyCommand;
  /** Null where the command makes a new entity. */
  readonly id: string | null;
  /** Not yet validated. */
  readonly input: unknown;
  /** Takes effect once in the whole store; null: each time. */
  readonly commandId: string | null;
  readonly expectedVersion: number | null;
  /** The platform's own commands pass every policy, and may succeed later where they were refused once. */
  readonly trusted: boolean;
}

/** What commands need to run. */
export interface CommandParts {
  readonly log: Log;
  readonly entities: Entities;
  readonly committer: Committer;
  readonly facts: FactReader;
  readonly policies: Policies;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Aborts when the process takes no further commands. */
  readonly draining: AbortSignal;
  /** Most commands that are run at once; beyond it: `unavailable`. */
  readonly commandsMax: number;
}

/** An order on its way: what does not change from one attempt to the next. */
interface Attempt {
  readonly order: Order;
  readonly stream: StreamName;
  readonly input: unknown;
  readonly fingerprint: string;
  readonly expiresAt: number;
}

/** A decision, as it is to be committed. */
interface Proposal {
  readonly entry: Entry;
  readonly situation: Situation;
  readonly verdict: Verdict;
  readonly commit: Commit;
  readonly basis: Basis;
}

/** What a decision rests on, beyond the version. */
type Basis = Required<Pick<Commit, "line" | "ahead">>;

/** A commit that only verifies a version. */
const NOTHING = { events: [], state: null, command: null, unique: [], conditions: [] } as const;

/** Attempts of one command before it gives way; each failed one means that another command has won. */
const ATTEMPTS_MAX = 100;

/** Bounds of the histogram of latencies, in seconds. */
const LATENCIES_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Decides commands and commits them: promises 1 to 5. */
export class Commands {
  readonly #parts: CommandParts;
  readonly #newId: () => string;
  readonly #outcomes = new Counter("plinth_commands_total", "Commands by what became of them.", [
    "entity",
    "command",
    "outcome",
  ]);
  readonly #latency = new Histogram("plinth_command_seconds", "Time to a durable answer.", LATENCIES_S);
  /** The time that was last written out: many commands share a millisecond. */
  #writtenMs = Number.NaN;
  #written = "";

  constructor(parts: CommandParts) {
    this.#parts = parts;
    this.#newId = () => parts.ids.next();
  }

  /** How many commands are being run. */
  inFlight = 0;

  metrics(): Metric[] {
    return [this.#outcomes.read(), this.#latency.read()];
  }

  /** Resolves when the command is durable. Rejects with PlinthError or RefusedError. */
  async run(order: Order): Promise<CommandReply> {
    const { clock } = this.#parts;
    const began = clock.elapsed();
    let outcome = "accepted";
    this.inFlight += 1;
    try {
      if (!order.trusted) this.#checkCapacity();
      const attempt = this.#prepare(order);
      for (let tries = 0; tries < ATTEMPTS_MAX; tries++) {
        this.#checkDeadline(attempt);
        const reply = await this.#try(attempt);
        if (reply) return reply;
      }
      throw new PlinthError("unavailable", "The entity is too busy.", { retryAfterMs: 100 });
    } catch (error) {
      outcome = outcomeOf(error);
      throw error;
    } finally {
      this.inFlight -= 1;
      this.#outcomes.add(order.entity.name, order.command.name, outcome);
      this.#latency.observe((clock.elapsed() - began) / 1000);
    }
  }

  /** The platform's own commands are let through: while it drains, reactors finish what they have begun. */
  #checkCapacity(): void {
    const { draining, commandsMax } = this.#parts;
    if (draining.aborted)
      throw new PlinthError("unavailable", "This process is shutting down.", { retryAfterMs: 1000 });
    if (this.inFlight > commandsMax)
      throw new PlinthError("unavailable", "Too many commands are under way.", { retryAfterMs: 1000 });
  }

  #prepare(order: Order): Attempt {
    const { command, caller } = order;
    const input = parseInput(command, order.input);
    const id = order.id ?? command.id?.(input) ?? this.#parts.ids.next();
    checkId(id);
    return {
      order,
      input,
      stream: { tenant: caller.actor.tenant, entity: order.entity.name, id },
      fingerprint: order.commandId === null ? "" : fingerprintOf(order),
      expiresAt: this.#parts.clock.elapsed() + caller.deadlineMs,
    };
  }

  /**
   * One attempt; null where another command has won. It is one function that waits, calling others that do not: each
   * that can be suspended costs a microsecond.
   */
  async #try(attempt: Attempt): Promise<CommandReply | null> {
    const { entity, command } = attempt.order;
    const { entities, committer } = this.#parts;
    const loaded = entities.load(entity, attempt.stream);
    const entry = loaded instanceof Promise ? await loaded : loaded;
    let facts = NO_FACTS;
    let objection = this.#objection(attempt, entry.tip);
    if (command.facts && !objection) {
      facts = await this.#gather(attempt);
      objection = this.#objection(attempt, entry.tip);
    }
    if (objection) return this.#object(attempt, entry, objection);
    const proposal = this.#propose(attempt, entry, facts);
    try {
      const outcome = await committer.submit(proposal.commit, attempt.expiresAt);
      if (outcome.kind !== "accepted") return await this.#lose(attempt, proposal, outcome);
      if (proposal.verdict.kind === "refusal") return await this.#refuse(attempt, proposal.verdict);
      return this.#accept(attempt, proposal, proposal.verdict, outcome);
    } catch (error) {
      if (!(error instanceof RefusedError)) entities.cache.drop(entry.stream);
      throw error;
    }
  }

  #gather({ order: { entity, command, caller }, input, stream }: Attempt): Promise<Facts> {
    return this.#parts.facts.gather(command, { input, id: stream.id, actor: caller.actor, self: entity });
  }

  /** Decides on the latest that is known; what is decided is what the entity's next command is decided on. */
  #propose(attempt: Attempt, entry: Entry, { facts, conditions }: Facts): Proposal {
    const { order, stream, input } = attempt;
    const { state, version } = entry.tip;
    const { actor } = order.caller;
    const now = this.#now();
    const situation: Situation = { state, version, stream, input, actor, now, id: this.#newId, facts };
    const verdict = decide(order.entity, order.command, situation);
    const basis = basisOf(entry);
    const commit = this.#commit(attempt, situation, verdict, conditions, basis);
    if (commit.events.length > 0 && verdict.kind === "events")
      entry.tip = { state: verdict.state, version: verdict.version };
    return { entry, situation, verdict, commit, basis };
  }

  #now(): string {
    const ms = this.#parts.clock.now();
    if (ms !== this.#writtenMs) this.#written = new Date(ms).toISOString();
    this.#writtenMs = ms;
    return this.#written;
  }

  #objection({ order, stream, input }: Attempt, { state, version }: Snapshot): PlinthError | null {
    const { entity, command, expectedVersion, caller, trusted } = order;
    const intent = { state, version, stream, input, actor: caller.actor, expectedVersion };
    return objectionTo(entity, command, intent, trusted ? null : this.#parts.policies);
  }

  /**
   * An objection to what may be stale, or still on its way, is verified as a commit is. Only then is a first answer looked
   * for: it may have been on its way too.
   */
  async #object(attempt: Attempt, entry: Entry, objection: PlinthError): Promise<CommandReply | null> {
    const { log, committer, entities } = this.#parts;
    const { stream, order } = attempt;
    const { version } = entry.tip;
    const basis = basisOf(entry);
    if (basis.ahead || (await log.version(stream)) !== version) {
      const { actor, trace } = order.caller;
      const head = { stream, expectedVersion: version, at: this.#now(), actor: actor.id, trace };
      const { kind } = await committer.submit({ ...head, ...NOTHING, ...basis }, attempt.expiresAt);
      if (kind !== "accepted") {
        entities.cache.drop(stream);
        return null;
      }
    }
    return this.#answerOr(attempt, objection);
  }

  /** The first answer to the command, or else this one: to be asked when what it rests on has been verified. */
  async #answerOr(attempt: Attempt, error: Error): Promise<CommandReply> {
    const { commandId } = attempt.order;
    const answer = commandId === null ? null : await this.#parts.log.answer(commandId);
    if (answer) return this.#repeat(attempt, answer);
    throw error;
  }

  /** What becomes of a command whose commit was not accepted; null: it is to be decided again. */
  async #lose(
    attempt: Attempt,
    { entry, situation, commit, basis }: Proposal,
    outcome: Exclude<Outcome, { kind: "accepted" }>,
  ): Promise<CommandReply | null> {
    if (commit.events.length > 0 || outcome.kind === "conflict")
      this.#parts.entities.cache.drop(entry.stream);
    if (outcome.kind === "duplicate") return this.#repeat(attempt, outcome.answer);
    if (outcome.kind === "conflict") return null;
    const refusal = refusalTaken(attempt.order.entity, outcome.index);
    const kept = await this.#remember(attempt, situation, refusal, basis);
    if (kept !== "accepted") return null;
    throw new RefusedError(refusal.code, refusal.message);
  }

  #commit(
    attempt: Attempt,
    situation: Situation,
    verdict: Verdict,
    conditions: Commit["conditions"],
    { line, ahead }: Basis,
  ): Commit {
    const { order, stream } = attempt;
    const { entity, caller } = order;
    const changed = verdict.kind === "events" && verdict.events.length > 0;
    return {
      stream,
      expectedVersion: situation.version,
      line,
      ahead,
      events: changed
        ? verdict.events.map(({ name, data }) => ({
            type: `${entity.name}.${name}`,
            data: JSON.stringify(data),
          }))
        : [],
      state: changed && entity.stored ? JSON.stringify(verdict.state) : null,
      command: this.#record(attempt, verdict),
      unique: changed ? uniqueChanges(entity, situation, verdict) : [],
      conditions,
      at: situation.now,
      actor: caller.actor.id,
      trace: caller.trace,
    };
  }

  #record({ order, fingerprint }: Attempt, verdict: Verdict): CommandRecord | null {
    if (order.commandId === null || (order.trusted && verdict.kind === "refusal")) return null;
    const refusal = verdict.kind === "refusal" ? JSON.stringify(verdict) : null;
    return { id: order.commandId, fingerprint, refusal };
  }

  /**
   * A value that was taken is known only to the store; the refusal is then kept as the first answer. Where another command
   * has come between, it was not, and nobody may be told of it.
   */
  async #remember(
    attempt: Attempt,
    situation: Situation,
    refusal: Refusal,
    basis: Basis,
  ): Promise<Outcome["kind"]> {
    const commit = this.#commit(attempt, situation, refusal, [], basis);
    if (!commit.command) return "accepted";
    const { kind } = await this.#parts.committer.submit(commit, attempt.expiresAt);
    return kind;
  }

  /** A refusal that is not kept, since it may not be the last word, may come after an answer that is. */
  async #refuse(attempt: Attempt, { code, message }: Refusal): Promise<CommandReply> {
    const error = new RefusedError(code, message);
    if (attempt.order.trusted) return this.#answerOr(attempt, error);
    throw error;
  }

  #accept(
    { order, stream }: Attempt,
    { entry, commit }: Proposal,
    verdict: Snapshot,
    { version, position }: { version: number; position: number },
  ): CommandReply {
    const state = commit.state ?? JSON.stringify(verdict.state);
    if (version >= entry.committed.version) {
      entry.committed = { state: verdict.state, version };
      this.#parts.entities.cache.resize(entry, state.length);
    }
    const mayRead = this.#parts.policies.mayRead(order.entity, order.caller.actor, verdict.state, stream.id);
    return {
      id: stream.id,
      version,
      position,
      state: mayRead ? state : null,
      created: commit.expectedVersion === 0 && commit.events.length > 0,
      repeated: false,
    };
  }

  /** The first answer, made again from the log. */
  async #repeat({ order, fingerprint }: Attempt, answer: Answer): Promise<CommandReply> {
    if (answer.fingerprint !== fingerprint)
      throw new PlinthError("idempotency_key_reused", "This idempotency key was used with another request.");
    if (answer.refusal !== null) {
      const { code, message } = JSON.parse(answer.refusal) as Refusal;
      throw new RefusedError(code, message);
    }
    const { entities, policies } = this.#parts;
    const { state } = await entities.at(order.entity, answer.stream, answer.version);
    const mayRead = policies.mayRead(order.entity, order.caller.actor, state, answer.stream.id);
    const { version, position } = answer;
    return {
      id: answer.stream.id,
      version,
      position,
      state: mayRead ? JSON.stringify(state) : null,
      created: answer.events > 0 && version === answer.events,
      repeated: true,
    };
  }

  #checkDeadline({ expiresAt }: Attempt): void {
    if (this.#parts.clock.elapsed() >= expiresAt)
      throw new PlinthError("deadline_exceeded", "The command was not decided in time.");
  }
}

/** What is decided on a state whose commit is still on its way is ahead of the log. */
function basisOf({ line, tip, committed }: Entry): Basis {
  return { line, ahead: tip.version !== committed.version };
}

/** Tells a repeat from another request under the same key: what was asked, of which entity. */
function fingerprintOf({ entity, command, id, input }: Order): string {
  return hash("sha256", `${entity.name}.${command.name}\0${id ?? ""}\0${JSON.stringify(input)}`, "base64url");
}

function outcomeOf(error: unknown): string {
  if (error instanceof RefusedError) return "refused";
  return error instanceof PlinthError ? error.code : "internal";
}
