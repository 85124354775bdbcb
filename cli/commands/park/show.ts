import type { Parked, RecordedEvent } from "@plinth/ports";
import { type Call, type Command, configureCall } from "../../command.ts";
import { EXIT, type ExitCode } from "../../failure.ts";
import { eventOf, findParked, parsePosition, subscriptionOf, timeOf } from "../../parked.ts";
import { columns } from "../../table.ts";
import { withStore } from "../../withStore.ts";

/** `plinth park show`. */
export const parkShow: Command = {
  name: "park show",
  summary: "Shows one parked event with its error and its data.",
  operands: "<reactor> <position>",
  operandsCount: [2, 2],
  about: "Shows what was tried, what went wrong last, and the event as it stands in the log.",
  settings: ["store"],
  flags: { json: { placeholder: null, describe: "As one JSON object: parked, event." } },
  examples: [
    ["plinth park show thanks 42", "the event at position 42, that the reactor thanks could not handle"],
    ["plinth park show thanks 42 --json | jq .event.data > data.json", "its data, to edit and replay"],
  ],
  run: show,
};

async function show(call: Call): Promise<ExitCode> {
  const { store: url } = configureCall(["store"], call);
  const [reactor, place] = call.args.positionals as [string, string];
  const [subscription, position] = [subscriptionOf(reactor), parsePosition(place)];
  const [parked, event] = await withStore(url, call.folder, async (store) => {
    const found = await findParked(store, subscription, position);
    return [found, await eventOf(store, found)] as const;
  });
  const lines = call.args.switches.has("json") ? [asJson(parked, event)] : describe(parked, event);
  for (const line of lines) call.terminal.print(line);
  return EXIT.ok;
}

function asJson(parked: Parked, event: RecordedEvent): string {
  return JSON.stringify({
    parked: { ...parked, data: parked.data === null ? null : JSON.parse(parked.data) },
    event: { ...event, data: JSON.parse(event.data) },
  });
}

function describe(parked: Parked, event: RecordedEvent): string[] {
  const { stream } = event;
  const facts = [
    ["status", parked.status],
    ["key", parked.key],
    ["attempts", String(parked.attempts)],
    ["parked at", timeOf(parked.parkedAt)],
    ...(parked.dueAt > 0 ? [["tried again at", timeOf(parked.dueAt)]] : []),
    ["event", `${event.type}, at ${event.at}, by ${event.actor}`],
    ["of", `${stream.entity} ${stream.id}, version ${event.version}, tenant ${stream.tenant}`],
    ...(event.trace === null ? [] : [["trace", event.trace]]),
  ];
  return [
    `${parked.subscription} at position ${parked.position}`,
    ...columns(facts).map((line) => `  ${line}`),
    "\nError:",
    indented(parked.error),
    "\nData:",
    indented(pretty(event.data)),
    ...(parked.data === null ? [] : ["\nData put in its place:", indented(pretty(parked.data))]),
  ];
}

function pretty(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 2);
}

function indented(text: string): string {
  return text.replace(/^/gm, "  ");
}
