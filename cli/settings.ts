import { isIP } from "node:net";
import type { RateLimit } from "@plinth/ports";
import { QUOTA_MAX, WINDOW_SECONDS_MAX } from "@plinth/security";
import { didYouMean } from "./nearest.ts";
import { parseStoreUrl } from "./storeUrl.ts";

/** One thing that can be configured: by a flag, by a variable, or not at all. */
export interface Setting<Value> {
  /** `store` is given as `--store`. */
  readonly flag: string;
  readonly variable: string;
  /** Stands for the value in help: `<url>`. */
  readonly placeholder: string;
  readonly describe: string;
  /** What holds where nothing is given, written as one would write it. */
  readonly fallback: string;
  /** @throws Error whose message completes "PORT is "80a": …". */
  parse(text: string): Value;
}

/** What the process does. */
export interface Roles {
  /** Answers requests. */
  readonly api: boolean;
  /** Follows the log: views and reactors. */
  readonly worker: boolean;
}

/** How log lines look. */
export type LogForm = "json" | "text";

/** So many requests within so many seconds. */
export type Quota = Pick<RateLimit, "quota" | "windowSeconds">;

/** Everything that can be configured. */
export const SETTINGS = {
  port: {
    flag: "port",
    variable: "PORT",
    placeholder: "<port>",
    describe: "Port to listen on; 0 takes any free one.",
    fallback: "8080",
    parse: (text) => wholeNumber(text, 0, 65_535),
  } satisfies Setting<number>,
  host: {
    flag: "host",
    variable: "HOST",
    placeholder: "<address>",
    describe: "Address to listen on; 0.0.0.0 lets other machines in.",
    fallback: "127.0.0.1",
    parse: parseHost,
  } satisfies Setting<string>,
  store: {
    flag: "store",
    variable: "PLINTH_STORE",
    placeholder: "<url>",
    describe:
      "Where everything is kept: sqlite:<file>, postgres://<user>@<host>/<database>, or memory: until the process ends.",
    fallback: "sqlite:./data/app.db",
    parse: parseStoreUrl,
  } satisfies Setting<ReturnType<typeof parseStoreUrl>>,
  broker: {
    flag: "broker",
    variable: "PLINTH_BROKER",
    placeholder: "<url>",
    describe: "Message broker. This version has none yet.",
    fallback: "",
    parse: parseBroker,
  } satisfies Setting<null>,
  roles: {
    flag: "roles",
    variable: "PLINTH_ROLES",
    placeholder: "<list>",
    describe: "What this process does: api answers requests, worker keeps views and reactors going.",
    fallback: "api,worker",
    parse: parseRoles,
  } satisfies Setting<Roles>,
  rateLimit: {
    flag: "rate-limit",
    variable: "PLINTH_RATE_LIMIT",
    placeholder: "<n>/<s>",
    describe: "Requests that an actor may make on one route in so many seconds: 600/60. Else any number.",
    fallback: "",
    parse: parseRateLimit,
  } satisfies Setting<Quota | null>,
  drainMs: {
    flag: "drain-ms",
    variable: "PLINTH_DRAIN_MS",
    placeholder: "<ms>",
    describe: "Longest time to finish what is in flight after SIGTERM, in milliseconds.",
    fallback: "30000",
    parse: (text) => wholeNumber(text, 0, 3_600_000),
  } satisfies Setting<number>,
  graceMs: {
    flag: "grace-ms",
    variable: "PLINTH_GRACE_MS",
    placeholder: "<ms>",
    describe: "How much of that time to serve on, no longer ready, until load balancers have noticed.",
    fallback: "0",
    parse: (text) => wholeNumber(text, 0, 3_600_000),
  } satisfies Setting<number>,
  log: {
    flag: "log",
    variable: "PLINTH_LOG",
    placeholder: "<form>",
    describe: "How log lines look: json, text, or auto (text where a person is watching).",
    fallback: "auto",
    parse: parseLogForm,
  } satisfies Setting<LogForm | "auto">,
} as const;

/** Name of a setting. */
export type SettingName = keyof typeof SETTINGS;

/** The values of settings. */
export type Configuration = {
  readonly [Name in SettingName]: ReturnType<(typeof SETTINGS)[Name]["parse"]>;
};

function wholeNumber(text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max)
    throw new Error(`give a whole number from ${min} to ${max}`);
  return value;
}

function parseHost(text: string): string {
  const name = /^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*\.?$/i;
  if (isIP(text) === 0 && !(name.test(text) && /[a-z]/i.test(text)))
    throw new Error("give an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them");
  return text;
}

/** Schemes of brokers that adapters are to come for. */
const BROKERS = ["memory", "kafka", "amqp", "redis", "nats", "sqs"];

/** There is no broker to hand on to yet, so that none may be asked for: a message must not be lost in silence. */
function parseBroker(text: string): null {
  if (text === "") return null;
  const scheme = text.split(":")[0]!;
  if (BROKERS.includes(scheme)) throw new Error("this version has no broker yet: leave it out");
  throw new Error(`there is no broker "${scheme}", and this version has none yet: leave it out`);
}

const ROLES = ["api", "worker"];

function parseRoles(text: string): Roles {
  const roles = text.split(",").map((role) => role.trim());
  for (const role of roles)
    if (!ROLES.includes(role))
      throw new Error(`"${role}" is no role.${didYouMean(role, ROLES)} Roles are api and worker`);
  return { api: roles.includes("api"), worker: roles.includes("worker") };
}

function parseRateLimit(text: string): Quota | null {
  if (text === "") return null;
  const [, requests, seconds] = /^(\d{1,7})\/(\d{1,5})$/.exec(text) ?? [];
  const quota = Number(requests ?? 0);
  const windowSeconds = Number(seconds ?? 0);
  if (quota < 1 || quota > QUOTA_MAX || windowSeconds < 1 || windowSeconds > WINDOW_SECONDS_MAX)
    throw new Error(
      `give requests and seconds, such as 600/60: 1 to ${QUOTA_MAX} in 1 to ${WINDOW_SECONDS_MAX}`,
    );
  return { quota, windowSeconds };
}

const LOG_FORMS = ["auto", "json", "text"] as const;

function parseLogForm(text: string): LogForm | "auto" {
  const form = LOG_FORMS.find((form) => form === text);
  if (!form) throw new Error("give json, text or auto");
  return form;
}
