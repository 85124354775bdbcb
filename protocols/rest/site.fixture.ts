import { memoryStore } from "@plinth/memory";
import { type Actor, actor, anonymous, entity, service, view, z } from "@plinth/model";
import {
  type Clock,
  type Identity,
  type Limiter,
  type Listener,
  type Logger,
  type Operations,
  PlinthError,
  type Store,
} from "@plinth/ports";
import { startRuntime } from "@plinth/runtime";
import { seededRandom, simulatedIds } from "@plinth/testing";
import { type RestOptions, rest } from "./rest.ts";

const amount = z.int().positive();

/** An entity that uses all that a command can be: new, any, existing, refused, private, read from other media types. */
export const account = entity("account", {
  state: z.object({
    balance: z.int(),
    closed: z.boolean(),
    owner: z.string().nullable(),
    kind: z.enum(["private", "business"]),
  }),
  initial: { balance: 0, closed: false, owner: null, kind: "private" },
  stored: true,
  filter: ["balance", "owner", "kind", "closed"],
  sort: ["balance", "owner"],
  allow: ({ actor }) => !actor.has("blind"),
  events: {
    opened: z.object({ owner: z.string().nullable(), kind: z.enum(["private", "business"]) }),
    deposited: z.object({ amount, note: z.string() }),
    closed: z.object({}),
  },
})
  .evolve({
    opened: (account, { owner, kind }) => ({ ...account, owner, kind }),
    deposited: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
    closed: (account) => ({ ...account, closed: true }),
  })
  .commands({
    open: {
      on: "new",
      input: z.object({
        owner: z.string().max(100).optional(),
        kind: z.enum(["private", "business"]).optional(),
      }),
      decide: (_account, { owner = null, kind = "private" }, { emit }) => emit.opened({ owner, kind }),
    },
    openNamed: {
      on: "new",
      input: z.object({ owner: z.string().min(1).max(100) }),
      id: ({ owner }) => owner,
      accepts: { "text/plain": readOwner },
      decide: (_account, { owner }, { emit }) => emit.opened({ owner, kind: "business" }),
    },
    deposit: {
      on: "any",
      input: z.object({ amount, note: z.string().max(200).default("") }),
      decide: (account, input, { emit, refuse }) =>
        account.closed
          ? refuse("account_closed", "A closed account takes no deposits.")
          : emit.deposited(input),
    },
    close: {
      input: z.object({}),
      decide: (account, _input, { emit }) => (account.closed ? [] : emit.closed({})),
    },
    audit: { input: z.object({}), allow: ({ actor }) => actor.has("audit"), decide: () => [] },
  });

function readOwner(body: Uint8Array, { filename }: { filename: string | null }): unknown {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(body).trim();
  if (text === "unreadable") throw new SyntaxError("This quotes the document.");
  if (text === "defect") throw new TypeError("A defect of the parser.");
  if (text === "refused") throw new PlinthError("invalid_argument", "No owner has this name.");
  return { owner: filename === null ? text : `${text} (${filename})` };
}

export const balances = view("balances", {
  row: z.object({ account: z.string(), balance: z.int(), at: z.iso.datetime() }),
  key: ({ stream }) => stream.id,
  from: [account],
  on: {
    "account.opened": (_row, { stream, at }) => ({ account: stream.id, balance: 0, at }),
    "account.deposited": (row, { data, stream, at }) => ({
      account: stream.id,
      balance: (row?.balance ?? 0) + data.amount,
      at,
    }),
    "account.closed": () => null,
  },
  filter: ["balance", "at"],
  sort: ["balance", "at"],
});

export const bank = service("bank", { entities: [account], views: [balances], public: true });

/** The machine's time: sockets know no other. */
export const clock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Tokens by what they let their bearer do; anything else does not hold. */
const ACTORS: Readonly<Record<string, Actor>> = {
  "Bearer auditor": actor("auditor", ["audit"]),
  "Bearer blind": actor("blind", ["blind"]),
};

export const identity: Identity = {
  challenge: 'Bearer realm="bank"',
  authenticate: async ({ authorization }) => {
    if (authorization === null) return anonymous;
    const known = ACTORS[authorization];
    if (known) return known;
    throw new PlinthError("unauthenticated", "The token does not hold.");
  },
};

/** Keeps the lines of a log. */
export class Lines implements Logger {
  readonly all: string[] = [];
  info = (message: string): void => void this.all.push(`info ${message}`);
  warn = (message: string, fields: object = {}): void =>
    void this.all.push(`warn ${message} ${JSON.stringify(fields)}`);
  error = (message: string, fields: object = {}): void =>
    void this.all.push(`error ${message} ${JSON.stringify(fields)}`);
}

/** A service that listens. */
export interface Running {
  readonly url: string;
  readonly listener: Listener;
  readonly operations: Operations;
  readonly store: Store;
  readonly log: Lines;
  readonly stop: () => Promise<void>;
}

/** What a test may put in place of what is usual. */
export interface Changes extends RestOptions {
  readonly model?: typeof bank;
  readonly wrap?: (operations: Operations) => Operations;
  readonly limiter?: Limiter;
}

/** Runs the bank on a memory store and serves it on a free port. */
export async function running({
  model = bank,
  wrap = (one) => one,
  limiter,
  ...options
}: Changes = {}): Promise<Running> {
  const log = new Lines();
  const random = seededRandom(1);
  const ids = simulatedIds(clock, random);
  const store = memoryStore({ clock });
  const runtime = await startRuntime(model, { store, clock, random, ids, logger: log });
  const operations = wrap(runtime.operations);
  const shared = { operations, identity, limiter: limiter ?? null, clock, ids, logger: log };
  const context = { ...shared, host: "127.0.0.1", port: 0 };
  const listener = await rest(options).start(context);
  const alive = setInterval(() => {}, 60_000);
  const stop = async (): Promise<void> => {
    await listener.drain(0);
    await runtime.drain(1000);
    await store.close();
    clearInterval(alive);
  };
  return { url: listener.url, listener, operations, store, log, stop };
}

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape.
  readonly json: any;
}

/** Sends a request and reads its answer. A `body` that is no text is sent as JSON. */
export async function ask(url: string, options: Ask = {}): Promise<Answer> {
  const { json, headers = {}, ...rest } = options;
  const sent = json === undefined ? {} : { body: JSON.stringify(json) };
  const type: Record<string, string> = json === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(url, { ...sent, ...rest, headers: { ...type, ...headers } });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "") && text !== "";
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null };
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly json?: unknown;
  readonly redirect?: "manual";
}

/** Sends a command. */
export function post(url: string, json?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(url, { method: "POST", headers, ...(json === undefined ? {} : { json }) });
}
