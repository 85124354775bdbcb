import {
  DEFAULT_TENANT,
  type Entity,
  type EntityShape,
  type InputOf,
  platform,
  type Read,
  type Readable,
  type ReadOptions,
  type Stateful,
} from "@plinth/model";
import { parseInput } from "@plinth/runtime";
import type { Circumstances } from "./decision.ts";
import { faults, frozen, json } from "./events.ts";
import { failure } from "./failure.ts";

/** Something that `facts` finds when it reads. */
export interface Found {
  readonly source: string;
  readonly key: string;
  /** What `read` answers. */
  readonly answer: unknown;
}

/** What `facts` finds: `found(seat, "12A", { taken: false })` an entity, `found(balances, "ada", row)` a row. */
export function found<State>(source: Stateful<State> | Readable<State>, key: string, value: State): Found {
  const schema = source.kind === "entity" ? source.state : source.row;
  const result = schema.safeParse(value);
  if (!result.success) throw failure(`${source.name} cannot be so: ${faults(result.error)}`, found);
  const kept = frozen(json(result.data));
  const answer = source.kind === "entity" ? { id: key, version: 1, state: kept } : kept;
  return { source: `${source.kind} ${source.name}`, key, answer };
}

/** What `facts` has read. */
export interface Gathered {
  /** To be handed to `when`: `{ facts }`. */
  readonly facts: unknown;
  /** What it has read as consistent, as `<name>/<key>`: the commit then depends on it. */
  readonly consistent: readonly string[];
}

/** Runs the `facts` of a command on what they find; everything else is not there. */
export async function factsOf<Shape extends EntityShape, Name extends keyof Shape["commands"] & string>(
  entity: Entity<Shape>,
  name: Name,
  input: InputOf<Shape, Name>,
  finds: readonly Found[] = [],
  { actor = platform("test", DEFAULT_TENANT), id = `${entity.name}-1` }: Circumstances = {},
): Promise<Gathered> {
  const command = entity.commands[name];
  if (!command?.facts) throw failure(`${entity.name}.${name} reads no facts.`, factsOf);
  const consistent: string[] = [];
  const read = async (from: Stateful<unknown> | Readable<unknown>, key: string, options?: ReadOptions) => {
    if (options?.consistent) consistent.push(`${from.name}/${key}`);
    const source = `${from.kind} ${from.name}`;
    return finds.find((one) => one.source === source && one.key === key)?.answer ?? null;
  };
  const parsed = frozen(parseInput(command, json(input)));
  const facts = await command.facts({ read: read as Read, self: entity, input: parsed, id, actor });
  return { facts, consistent };
}
