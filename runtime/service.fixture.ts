import { memoryStore } from "@plinth/memory";
import { type Actor, actor, type Service } from "@plinth/model";
import { type Caller, type CommandReply, type Logger, type Store, silent } from "@plinth/ports";
import { type SimulatedClock, seededRandom, simulatedClock, simulatedIds } from "@plinth/testing";
import { type Runtime, type RuntimeOptions, startRuntime } from "./runtime.ts";

/** A runtime on a memory store and a clock that is moved by hand. */
export interface Fixture {
  readonly runtime: Runtime;
  readonly store: Store;
  readonly clock: SimulatedClock;
  /** Runs `entity.command` as someone with every scope, or as `by`. */
  run(name: string, id: string | null, input: unknown, options?: RunOptions): Promise<CommandReply>;
}

export interface RunOptions {
  readonly key?: string;
  readonly ifVersion?: number;
  readonly by?: Actor;
}

/** A caller who waits five seconds at most. */
export function callerOf(by: Actor, deadlineMs = 5000): Caller {
  return { actor: by, trace: null, deadlineMs };
}

export const everyone: Actor = { id: "tester", tenant: "main", has: () => true };
export const nobody: Actor = actor("nobody");

export async function fixture(
  service: Service,
  options: { store?: Store; clock?: SimulatedClock; logger?: Logger; seed?: number } & Pick<
    RuntimeOptions,
    "limits" | "roles"
  > = {},
): Promise<Fixture> {
  const clock = options.clock ?? simulatedClock();
  const store = options.store ?? memoryStore({ clock });
  const random = seededRandom(options.seed ?? 1);
  const ids = simulatedIds(clock, random);
  const { logger = silent, limits = {}, roles } = options;
  const runtime = await startRuntime(service, {
    store,
    clock,
    random,
    ids,
    logger,
    limits,
    ...(roles ? { roles } : {}),
  });
  const run: Fixture["run"] = (name, id, input, { key, ifVersion, by = everyone } = {}) => {
    const [entity, command] = name.split(".") as [string, string];
    return runtime.operations.run({
      caller: callerOf(by),
      entity,
      command,
      id,
      input,
      idempotencyKey: key ?? null,
      expectedVersion: ifVersion ?? null,
    });
  };
  return { runtime, store, clock, run };
}
