import { cwd, env, stdout } from "node:process";
import type { Clock, Identity, Ids, Limiter, Logger, Protocol, Random, Store } from "@plinth/ports";
import type { RuntimeLimits } from "@plinth/runtime";
import { gcraLimiter } from "@plinth/security";
import { anonymousIdentity } from "./anonymous.ts";
import { configure, type Variables } from "./configuration.ts";
import { readDotenv } from "./dotenv.ts";
import { ConfigurationError } from "./failure.ts";
import { jsonLog, textLog } from "./log.ts";
import { openStore } from "./openStore.ts";
import { type Configuration, type Roles, SETTINGS, type SettingName } from "./settings.ts";
import { systemClock, systemRandom } from "./system.ts";
import { outliveReader } from "./terminal.ts";
import { uuid7Ids } from "./uuid7.ts";

/** The parts of a running service. What is left out is read from the environment, or is what it usually is. */
export interface RunOptions {
  /** Where everything is kept: a store, or its URL. Else `PLINTH_STORE`. It is closed when the service stops. */
  readonly store?: Store | string;
  /** How it is reached from outside; REST by default. */
  readonly protocols?: readonly Protocol[];
  /** Who asks; by default everyone is anonymous. */
  readonly identity?: Identity;
  /** How many requests an actor may make. Else `PLINTH_RATE_LIMIT` makes one for this process. */
  readonly limiter?: Limiter;
  /** Address to listen on. Else `HOST`. */
  readonly host?: string;
  /** Port to listen on; 0 for any free one. Else `PORT`. */
  readonly port?: number;
  /** What this process does. Else `PLINTH_ROLES`. */
  readonly roles?: Roles;
  /** Longest time to stop in, in milliseconds. Else `PLINTH_DRAIN_MS`. */
  readonly drainMs?: number;
  /** How much of that to serve on, no longer ready. Else `PLINTH_GRACE_MS`. */
  readonly graceMs?: number;
  readonly limits?: Partial<RuntimeLimits>;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly ids?: Ids;
  /**
   * True (default): SIGTERM, SIGINT and an error that nobody caught drain the service and end the process. False for
   * a service within a process that has other things to do.
   */
  readonly signals?: boolean;
}

/** What every run has, whether it was given or not. */
export interface Parts extends Pick<Configuration, "host" | "port" | "roles" | "drainMs" | "graceMs"> {
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly identity: Identity;
  readonly limiter: Limiter | null;
  /** Opens the store. */
  store(): Promise<Store>;
}

/**
 * Completes the parts list from the environment.
 * @throws ConfigurationError with every fault.
 */
export function completeParts(options: RunOptions): Parts {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const folder = cwd();
  const sources = { flags: written(options), environment: env, file: readDotenv(folder) };
  const { store, log, rateLimit, ...configuration } = configure(
    Object.keys(SETTINGS) as SettingName[],
    sources,
  );
  if (configuration.graceMs > 0 && configuration.graceMs >= configuration.drainMs) throw graceTooLong();
  const logger = options.logger ?? processLog(log, clock);
  warnOfIgnored(options, { ...sources.file, ...env }, logger);
  const ready = typeof options.store === "object" ? options.store : null;
  return {
    ...configuration,
    clock,
    random,
    ids: options.ids ?? uuid7Ids(clock, random),
    logger,
    identity: options.identity ?? anonymousIdentity,
    limiter: options.limiter ?? (rateLimit && gcraLimiter({ clock, ...rateLimit })),
    store: async () => ready ?? openStore(store, { clock, folder, create: true, logger }),
  };
}

function graceTooLong(): ConfigurationError {
  const { graceMs, drainMs } = SETTINGS;
  return new ConfigurationError([
    `${graceMs.variable} must be less than ${drainMs.variable}: it is a part of it.`,
  ]);
}

/** What the program sets, in the form of flags: it is checked as they are. */
function written({ store, host, port, roles, drainMs, graceMs }: RunOptions): Variables {
  return {
    ...(typeof store === "string" && { store }),
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port: String(port) }),
    ...(roles && { roles: (["api", "worker"] as const).filter((role) => roles[role]).join() }),
    ...(drainMs !== undefined && { "drain-ms": String(drainMs) }),
    ...(graceMs !== undefined && { "grace-ms": String(graceMs) }),
  };
}

/** What a program sets holds; who has set it elsewhere as well should know. */
function warnOfIgnored(options: RunOptions, variables: Variables, logger: Logger): void {
  const given = { ...options, rateLimit: options.limiter };
  for (const name of ["store", "host", "port", "roles", "drainMs", "graceMs", "rateLimit"] as const) {
    const { variable } = SETTINGS[name];
    if (given[name] !== undefined && variables[variable])
      logger.warn("A setting is ignored, because the program sets it itself.", { variable });
  }
}

function processLog(form: Configuration["log"], clock: Clock): Logger {
  outliveReader(stdout);
  const log = form === "text" || (form === "auto" && stdout.isTTY) ? textLog : jsonLog;
  return log((line) => void stdout.write(line), clock);
}
