import type { Json, Parked, Store } from "@plinth/ports";
import { type Call, type Command, configureCall } from "../../command.ts";
import { checkData, readData } from "../../eventData.ts";
import { EXIT, type ExitCode, Failure, UsageError } from "../../failure.ts";
import { loadProgram } from "../../load.ts";
import { eventOf, findParked, parsePosition, subscriptionOf } from "../../parked.ts";
import { withStore } from "../../withStore.ts";

/** `plinth park replay`. */
export const parkReplay: Command = {
  name: "park replay",
  summary: "Has parked events tried again.",
  operands: "<reactor> [<position>]",
  operandsCount: [1, 2],
  about:
    "Hands parked events back to their reactor, in the order of the log; those that wait behind one follow by " +
    "themselves. A worker takes them up as soon as one runs. With --data the reactor gets other data than the event's " +
    "own, checked against the event's schema first; the log stays as it is.",
  settings: ["store"],
  flags: {
    all: { placeholder: null, describe: "Every parked event of the reactor." },
    key: { placeholder: "<key>", describe: "Every parked event of this key." },
    data: { placeholder: "<json>", describe: "Data in place of the event's own." },
    "data-file": { placeholder: "<file>", describe: "A file with that data." },
    main: {
      placeholder: "<main.ts | folder>",
      describe: "The service, whose schema the data is checked against.",
    },
  },
  examples: [
    ["plinth park replay thanks 42", "tries the event at position 42 again"],
    ["plinth park replay thanks --all", "all of them, after the cause was mended"],
    [`plinth park replay thanks 42 --data '{"amount":5,"note":""}' --main main.ts`, "with mended data"],
  ],
  run: replay,
};

async function replay(call: Call): Promise<ExitCode> {
  const { store: url } = configureCall(["store"], call);
  const subscription = subscriptionOf(call.args.positionals[0]!);
  const position = positionOf(call);
  const data = readData(call);
  const check = data === null ? null : await checkOf(call);
  return withStore(url, call.folder, async (store) => {
    if (position === null) return replayAll(call, store, subscription);
    const parked = await findParked(store, subscription, position);
    const checked = check && data !== null ? check((await eventOf(store, parked)).type, data) : null;
    if (!(await replayOne(call, store, parked, checked))) throw new Failure(whyNot(parked));
    call.terminal.note(AFTERWARDS);
    return EXIT.ok;
  });
}

const AFTERWARDS = "A worker takes it up as soon as one runs; plinth park list shows what became of it.";

async function replayOne(
  { terminal }: Call,
  store: Store,
  parked: Parked,
  data: Json | null,
): Promise<boolean> {
  const { subscription, position } = parked;
  const marked = await store.parks.replay(subscription, position, data);
  if (marked) terminal.print(`${subscription} at position ${position} is to be tried again.`);
  return marked;
}

function whyNot({ subscription, position, status }: Parked): string {
  const what = `${subscription} at position ${position}`;
  if (status === "behind")
    return `${what} waits behind an earlier event of its key: replay or discard that one.`;
  if (status === "replay") return `${what} is about to be tried again already.`;
  return `${what} is no longer parked.`;
}

/** In ascending position, a page at a time. */
async function replayAll(call: Call, store: Store, subscription: string): Promise<ExitCode> {
  const { key } = call.args.values;
  const query = {
    subscription,
    statuses: ["parked"] as const,
    limit: 100,
    ...(key !== undefined && { key }),
  };
  let after = { subscription, position: 0 };
  let count = 0;
  for (;;) {
    const page = await store.parks.list({ ...query, after });
    for (const parked of page) if (await replayOne(call, store, parked, null)) count += 1;
    const last = page.at(-1);
    if (!last) break;
    after = { subscription, position: last.position };
  }
  call.terminal.note(count === 0 ? `Nothing of ${subscription} is parked.` : AFTERWARDS);
  return EXIT.ok;
}

/** Null: more than one is meant. */
function positionOf({ args: { positionals, values, switches } }: Call): number | null {
  const place = positionals[1];
  const many = switches.has("all") || values.key !== undefined;
  if (place !== undefined && many)
    throw new UsageError("Give a position, or --all, or --key: not two of them.");
  if (place !== undefined) return parsePosition(place);
  if (!many) throw new UsageError("Say which: a position, --key <key>, or --all.");
  if (values.data !== undefined || values["data-file"] !== undefined)
    throw new UsageError("Other data can be given to one event alone: name its position.");
  return null;
}

/** Checks data by the schemas of the service that is named. */
async function checkOf({ args, folder }: Call): Promise<(type: string, data: Json) => Json> {
  const { main } = args.values;
  if (main === undefined)
    throw new UsageError("Data is checked by the service's schema: name it with --main <main.ts | folder>.");
  const { service } = await loadProgram(main, folder);
  return (type, data) => checkData(service, type, data);
}
