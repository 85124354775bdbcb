import { existsSync, realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { PlinthError, Store } from "@plinth/ports";
import type { Call } from "../command.ts";
import { ConfigurationError, Failure, UsageError } from "../failure.ts";
import { openStore } from "../openStore.ts";
import { processOwner } from "../owner.ts";
import { parseStoreUrl, type StoreUrl, withoutPassword } from "../storeUrl.ts";
import { systemClock, systemRandom } from "../system.ts";
import { uuid7Ids } from "../uuid7.ts";
import { markOf } from "./digest.ts";

/** Where a copy comes from, or goes to. */
export interface End {
  readonly url: StoreUrl;
  /** For people to read, without its password: the same wherever the command is run. */
  readonly name: string;
}

/**
 * Reads `--from` and `--to`.
 * @throws UsageError, ConfigurationError with every fault.
 */
export function endsOf({ args, folder }: Call): { readonly from: End; readonly to: End } {
  const { from, to } = args.values;
  if (from === undefined || to === undefined)
    throw new UsageError("It wants both --from <url> and --to <url>.");
  const faults: string[] = [];
  const ends = [
    ["from", from],
    ["to", to],
  ].map(([flag, text]) => {
    try {
      return endOf(text!, folder);
    } catch (error) {
      faults.push(`--${flag} is "${withoutPassword(text!)}": ${(error as Error).message}.`);
      return null;
    }
  });
  const [source, target] = ends;
  if (!source || !target) throw new ConfigurationError(faults);
  if (isSame(source, target)) throw new UsageError(`--from and --to name the same store, ${source.name}.`);
  return { from: source, to: target };
}

function endOf(text: string, folder: string): End {
  const url = parseStoreUrl(text);
  if (url.kind === "memory") throw new Error("memory: is gone with the process that has it");
  if (url.kind === "sqlite") {
    const path = resolve(folder, url.path);
    return { url: { kind: "sqlite", path }, name: `sqlite:${path}` };
  }
  return { url, name: withoutPassword(text) };
}

/** Also where a file has two names. What else is one store with two addresses is refused as not being empty. */
function isSame(one: End, other: End): boolean {
  return one.name === other.name || (isThere(one) && isThere(other) && fileOf(one) === fileOf(other));
}

function isThere({ url }: End): boolean {
  return url.kind === "sqlite" && existsSync(url.path);
}

function fileOf({ url, name }: End): string {
  if (url.kind !== "sqlite") return name;
  const { dev, ino } = statSync(realpathSync(url.path));
  return `${dev} ${ino}`;
}

/**
 * Opens the store that is to be copied; nothing is made where there is none.
 * @throws Failure where there is none, or a process is at work on it and `force` is not given.
 */
export async function openSource({ url, name }: End, { folder, args }: Call): Promise<Store> {
  if (url.kind === "sqlite" && !existsSync(url.path))
    throw new Failure(`There is no store at ${url.path}. Name the right one with --from.`);
  const store = await openStore(url, { clock: systemClock, folder, create: false });
  try {
    if (!args.switches.has("force")) await refuseServed(store, name);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Leases of processes of this machine that have ended count for nothing. */
async function refuseServed(store: Store, name: string): Promise<void> {
  const { isGone } = processOwner(uuid7Ids(systemClock, systemRandom).next());
  const owners = (await store.transfer.owners()).filter((owner) => !isGone(owner));
  if (owners.length === 0) return;
  throw new Failure(
    `${name} is being served, by ${owners.length === 1 ? "a process" : `${owners.length} processes`} with leases: stop ` +
      "it first, so that nothing is left behind. What was killed elsewhere holds its leases for some seconds more.",
  );
}

/** Where a copy goes, and how far it is: just begun, begun before, or finished before, by all that can be seen. */
export interface Target {
  readonly store: Store;
  readonly name: string;
  readonly stage: "begun" | "unfinished" | "finished";
}

/**
 * Opens the store to copy into, made where it is missing, and begins the copy, or goes on with it.
 * @throws Failure where it keeps anything else.
 */
export async function openTarget(
  { url, name }: End,
  source: End,
  mark: string,
  { folder }: Call,
): Promise<Target> {
  const store = await openStore(url, { clock: systemClock, folder, create: true, copying: true });
  try {
    const found = await store.transfer.unfinished();
    if (found && found.origin.mark !== mark) throw otherCopy(name, source, found.origin.source);
    const stage = found ? "unfinished" : await begin(store, name, source, mark);
    return { store, name, stage };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function begin(store: Store, name: string, source: End, mark: string): Promise<Target["stage"]> {
  try {
    await store.transfer.begin({ source: source.name, mark });
    return "begun";
  } catch (error) {
    const { code, message } = error as PlinthError;
    if (code !== "already_exists") throw error;
    if ((await markOf(store)) === mark) return "finished";
    throw new Failure(`Nothing was copied to ${name}. ${message} Name one with --to.`, error);
  }
}

function otherCopy(name: string, source: End, begun: string): Failure {
  const what =
    begun === source.name
      ? `an unfinished copy of ${begun}, which has changed since`
      : `an unfinished copy of another store, ${begun}`;
  return new Failure(`${name} holds ${what}. Remove it and copy again, or name another store with --to.`);
}
