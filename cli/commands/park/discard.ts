import { userInfo } from "node:os";
import { type Call, type Command, configureCall } from "../../command.ts";
import { EXIT, type ExitCode, Failure, UsageError } from "../../failure.ts";
import { findParked, parsePosition, subscriptionOf, timeOf } from "../../parked.ts";
import { systemClock } from "../../system.ts";
import { withStore } from "../../withStore.ts";

/** `plinth park discard`. */
export const parkDiscard: Command = {
  name: "park discard",
  summary: "Gives up a parked event, with a reason that is kept.",
  operands: "<reactor> <position>",
  operandsCount: [2, 2],
  about:
    "The reactor will never handle the event; those behind it go on. The event itself stays in the log, and who " +
    "discarded it, when and why is kept: see plinth park list --discarded.",
  settings: ["store"],
  flags: {
    reason: { placeholder: "<text>", describe: "Why. Required." },
    by: { placeholder: "<name>", describe: "Who decides it; the name you are signed in with by default." },
  },
  examples: [[`plinth park discard thanks 42 --reason "sent by hand"`, "gives up the event at position 42"]],
  run: discard,
};

async function discard(call: Call): Promise<ExitCode> {
  const { store: url } = configureCall(["store"], call);
  const [reactor, place] = call.args.positionals as [string, string];
  const [subscription, position] = [subscriptionOf(reactor), parsePosition(place)];
  const { reason, by = userInfo().username } = call.args.values;
  if (!reason?.trim()) throw new UsageError("Say why: --reason <text>. It is kept with the event.");
  await withStore(url, call.folder, async (store) => {
    await findParked(store, subscription, position);
    const at = timeOf(systemClock.now());
    if (!(await store.parks.discard(subscription, position, reason, by, at)))
      throw new Failure(`${subscription} at position ${position} is no longer parked.`);
  });
  call.terminal.print(`${subscription} at position ${position} is discarded.`);
  return EXIT.ok;
}
