import { type PlinthError, SECTIONS, type Section, type Store } from "@plinth/ports";
import type { Call, Command } from "../command.ts";
import { type Compared, compareSections, copySections, isSame } from "../copy/copying.ts";
import { markOf } from "../copy/digest.ts";
import { endsOf, openSource, openTarget, type Target } from "../copy/ends.ts";
import { grouped, lasting, Pace } from "../copy/pace.ts";
import { EXIT, type ExitCode, Failure } from "../failure.ts";
import { systemClock } from "../system.ts";
import { columns } from "../table.ts";

/** `plinth copy`. */
export const copy: Command = {
  name: "copy",
  summary: "Moves a whole system to another store, and verifies the copy.",
  operands: "",
  operandsCount: [0, 0],
  about:
    "Copies the log, answers, stored states, views, checkpoints and parked events into a new, empty store, position by " +
    "position, then reads both sides again and compares them. Stop the service first. If it is interrupted, the same " +
    "command goes on where it was; until the copy is whole nothing serves it. The source stays as it is.",
  settings: [],
  flags: {
    from: { placeholder: "<url>", describe: "The store that is copied." },
    to: { placeholder: "<url>", describe: "A store that does not exist yet, or is empty." },
    force: { placeholder: null, describe: "Copies though a process seems to be at work on the source." },
  },
  examples: [
    ["plinth copy --from sqlite:./data/app.db --to postgres://app@db/app", "from a laptop to production"],
    ["plinth copy --from postgres://app@db/app --to sqlite:./copy.db", "and back, to look into it"],
  ],
  run: copySystem,
};

async function copySystem(call: Call): Promise<ExitCode> {
  const { from, to } = endsOf(call);
  const source = await openSource(from, call);
  try {
    const mark = await markOf(source);
    const target = await openTarget(to, from, mark, call);
    try {
      return await carryOut(call, source, target, mark);
    } catch (error) {
      throw goesOn(error as Error);
    } finally {
      await target.store.close();
    }
  } finally {
    await source.close();
  }
}

async function carryOut(
  call: Call,
  source: Store,
  { store, name, stage }: Target,
  mark: string,
): Promise<ExitCode> {
  const { terminal } = call;
  if (stage === "unfinished") terminal.note("Going on with the copy that was begun before.");
  if (stage === "finished")
    terminal.note("It seems to be copied already: nothing is written, both sides are compared.");
  else await copyOver(call, source, store);
  const compared = await compare(call, source, store);
  for (const line of table(compared)) terminal.print(line);
  const fault = (await markOf(source)) === mark ? differences(compared) : MOVED;
  if (fault !== null) {
    const left =
      stage === "finished" ? "Nothing was written to it." : "It is not served: remove it, and copy again.";
    terminal.note(`${fault} ${name} is no copy. ${left}`);
    return EXIT.failed;
  }
  if (stage !== "finished") await store.transfer.finish();
  terminal.print(`${name} is a whole copy.`);
  return EXIT.ok;
}

async function copyOver({ terminal }: Call, source: Store, target: Store): Promise<void> {
  const total = sum(await source.transfer.counts());
  const before = sum(await target.transfer.counts());
  const pace = new Pace(terminal, systemClock, total, Math.min(total, before));
  await copySections(source.transfer, target.transfer, (section, records) =>
    pace.report(`Copying ${section}`, records),
  );
  terminal.note(`Copied ${grouped(pace.done)} records in ${lasting(pace.seconds)}.`);
}

async function compare({ terminal }: Call, source: Store, target: Store): Promise<readonly Compared[]> {
  const pace = new Pace(terminal, systemClock, 2 * sum(await source.transfer.counts()));
  return compareSections(source.transfer, target.transfer, (section, records) =>
    pace.report(`Verifying ${section}`, records),
  );
}

/** Whatever has interrupted a copy, it need not begin anew. */
function goesOn(error: Error): Error {
  if ((error as PlinthError).code !== "unavailable") return error;
  return new Failure(`${error.message} When that is over, the same command goes on where it was.`, error);
}

const MOVED = "The source was written to while it was copied: stop what serves it first.";

function sum(counts: Readonly<Record<Section, number>>): number {
  return SECTIONS.reduce((total, section) => total + counts[section], 0);
}

/** Which sections differ, in words; null where none does. */
function differences(compared: readonly Compared[]): string | null {
  const different = compared.filter((one) => !isSame(one)).map(({ section }) => section);
  return different.length === 0 ? null : `Not the same on both sides: ${different.join(", ")}.`;
}

const HEAD = ["SECTION", "SOURCE", "COPY", "HASH", ""];

/** Digits of a hash that people compare. */
const SHOWN = 16;

function table(compared: readonly Compared[]): string[] {
  const rows = compared.map((one) => {
    const [from, to] = one.digests.map((digest) => digest.slice(0, SHOWN));
    const [source, copied] = one.counts.map(grouped);
    const hashes = from === to ? from! : `${from} / ${to}`;
    return [one.section, source!, copied!, hashes, isSame(one) ? "same" : "DIFFERENT"];
  });
  return columns([HEAD, ...rows]);
}
