import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Clock, type Logger, type PlinthError, type Store, silent } from "@plinth/ports";
import { Failure, reasonOf } from "./failure.ts";
import { type StoreUrl, withoutPassword } from "./storeUrl.ts";

/** How to open a store. */
export interface OpenOptions {
  readonly clock: Clock;
  /** What relative paths start from. */
  readonly folder: string;
  /** Whether to make what is not there yet, with its folders. */
  readonly create: boolean;
  /** For who copies into it: opens also one that holds an unfinished copy. */
  readonly copying?: boolean;
  /** Told what the store does without. */
  readonly logger?: Logger;
}

/**
 * Opens the store at a URL and makes sure that it reads and writes.
 * @throws Failure that says what is in the way.
 */
export async function openStore(url: StoreUrl, options: OpenOptions): Promise<Store> {
  if (url.kind === "memory") {
    const { memoryStore } = await import("@plinth/memory");
    return memoryStore({ clock: options.clock });
  }
  if (url.kind === "postgres") return openPostgres(url.url, options);
  return openSqlite(resolve(options.folder, url.path), options);
}

async function openPostgres(
  url: string,
  { clock, create, copying = false, logger = silent }: OpenOptions,
): Promise<Store> {
  const { postgresStore } = await import("@plinth/postgres");
  const onReplica = (failure: PlinthError | null) => reportReplica(logger, failure);
  try {
    return await postgresStore({ url, clock, create, copying, onReplica });
  } catch (error) {
    throw new Failure(`The store ${withoutPassword(url)} cannot be opened: ${reasonOf(error)}.`, error);
  }
}

function reportReplica(logger: Logger, failure: PlinthError | null): void {
  if (failure)
    logger.warn("The replica does not answer; the primary answers for it.", { error: failure.message });
  else logger.info("The replica answers again.");
}

async function openSqlite(path: string, { clock, create, copying = false }: OpenOptions): Promise<Store> {
  if (!create && !existsSync(path))
    throw new Failure(`There is no store at ${path}. Name the right one with --store.`);
  const { sqliteStore } = await import("@plinth/sqlite");
  try {
    return await sqliteStore({ path, clock, copying });
  } catch (error) {
    throw new Failure(`The store ${path} cannot be opened: ${reasonOf(error)}.`, error);
  }
}
