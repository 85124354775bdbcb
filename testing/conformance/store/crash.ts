import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Store } from "@plinth/ports";
import { seededRandom } from "../../random.ts";
import { cases, type Outside, type Trial } from "./case.ts";
import { append, assertGapFree, commitOf, MAIN, readAll, streamOf } from "./commits.ts";
import { COUNTS, PROJECTOR, turnOf, WRITERS } from "./crash-writer.ts";

const PROGRAM = fileURLToPath(new URL("./crash-writer.ts", import.meta.url));

/** What the writer's process was told before it died. */
interface Acknowledged {
  readonly commits: { readonly writer: string; readonly version: number; readonly position: number }[];
  checkpoint: number;
}

/** What each of the processes does (see the program), and when they are killed. */
interface Lives {
  readonly names: readonly (readonly string[])[];
  /** How many reports there are before the first one dies. */
  readonly reports: number;
  /** How long each one lives on after that, or after the one before it. */
  readonly afterMs: number;
}

/**
 * Runs the writers until their death, and adds what they have reported: into a file, where a report is when it
 * is written, whoever dies next.
 */
async function writeAndDie(outside: Outside, lives: Lives, seen: Acknowledged): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-crash-"));
  const path = join(folder, "reports");
  const reports = await open(path, "a");
  const children = lives.names.map((names) => start(outside, names, reports.fd));
  try {
    while (children.every(isAlive) && (await linesOf(path)).length < lives.reports) await wait(1);
    for (const child of children) {
      await wait(lives.afterMs);
      await kill(child);
    }
    for (const line of await linesOf(path)) note(line, seen);
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await reports.close();
    await rm(folder, { recursive: true });
  }
}

function start({ module, location }: Outside, names: readonly string[], output: number): ChildProcess {
  const words = [PROGRAM, module.href, location, ...names];
  return spawn(process.execPath, words, { stdio: ["ignore", output, "inherit"] });
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  assert.ok(isAlive(child) && child.kill("SIGKILL"), "the writer died of something else");
  await exited;
}

function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

async function linesOf(path: string): Promise<readonly string[]> {
  return (await readFile(path, "utf8")).split("\n").slice(0, -1);
}

function note(line: string, seen: Acknowledged): void {
  const [what, first, version, position] = line.split(" ") as [string, string, string, string];
  if (what === "checkpoint") seen.checkpoint = Number(first);
  else seen.commits.push({ writer: first, version: Number(version), position: Number(position) });
}

async function checkAcknowledged({ log, subscriptions }: Store, seen: Acknowledged): Promise<void> {
  for (const { writer, version, position } of seen.commits) {
    const answer = await log.answer(`${writer}-${version}`);
    assert.deepEqual(
      [answer?.version, answer?.position],
      [version, position],
      "an acknowledged commit is lost",
    );
  }
  const [status] = await subscriptions.list();
  assert.ok((status?.position ?? 0) >= seen.checkpoint, "an acknowledged checkpoint is lost");
}

/** Every commit is there as a whole: events, state, command and unique value. */
async function checkWhole({ log, states }: Store): Promise<void> {
  assertGapFree(await readAll(log));
  for (const writer of WRITERS) {
    const stream = streamOf(writer);
    const version = await log.version(stream);
    assert.equal(version % 3, 0, "half a commit is there");
    if (version === 0) continue;
    assert.deepEqual(await states.get(stream), { id: writer, version, state: `{"version":${version}}` });
    assert.equal((await log.answer(`${writer}-${version}`))?.version, version);
    const unique = [{ index: "account.turn", release: null, claim: turnOf(writer, version) }];
    assert.equal((await append(log, commitOf(streamOf("probe"), 0, { unique }))).kind, "taken");
  }
}

/** The rows count exactly the events up to the checkpoint. */
async function checkCounted({ log, rows, subscriptions }: Store): Promise<void> {
  const [status] = await subscriptions.list();
  if (!status) return;
  assert.equal(status.subscription, PROJECTOR);
  const counted = (await readAll(log)).filter(({ position }) => position <= status.position);
  for (const writer of WRITERS) {
    const row = await rows.get(COUNTS, MAIN, writer);
    const count = row ? (JSON.parse(row.row) as { count: number }).count : 0;
    assert.equal(
      count,
      counted.filter(({ stream }) => stream.id === writer).length,
      "counted twice, or not at all",
    );
  }
}

/**
 * Checks until nothing has moved meanwhile: a server goes on with what the dead have sent, which is judged when it is done.
 */
async function undisturbed(store: Store, check: () => Promise<void>): Promise<void> {
  for (;;) {
    const before = await reached(store);
    const failure = await check().then(
      () => null,
      (error: unknown) => ({ error }),
    );
    if ((await reached(store)) !== before) continue;
    if (failure) throw failure.error;
    return;
  }
}

async function reached({ log, subscriptions }: Store): Promise<string> {
  const positions = (await subscriptions.list()).map(({ position }) => position);
  return [await log.head(), ...positions].join(" ");
}

/** Lets them write and die, again and again, on what the dead before them have left. */
async function dieAgainAndAgain(
  { store, open: reopen, underTest }: Trial,
  names: Lives["names"],
  rounds: number,
): Promise<void> {
  await store.close();
  const random = seededRandom(1);
  const seen: Acknowledged = { commits: [], checkpoint: 0 };
  for (let round = 0; round < rounds; round++) {
    const reports = 1 + random.below(100);
    await writeAndDie(underTest.outside!, { names, reports, afterMs: random.below(5) }, seen);
    const survivor = await reopen();
    await checkAcknowledged(survivor, seen);
    await undisturbed(survivor, async () => {
      await checkWhole(survivor);
      await checkCounted(survivor);
    });
    await survivor.close();
  }
  assert.ok(seen.commits.length > rounds);
}

export const crashCases = [
  ...cases(
    "a process that is killed",
    {
      "at any moment loses nothing acknowledged and leaves nothing half done": (trial) =>
        dieAgainAndAgain(trial, [["w1", "w2", "w3", PROJECTOR]], 10),
    },
    { needs: ["crash"] },
  ),
  ...cases(
    "a process that is killed",
    {
      "while another writes to the same streams takes nothing from it": (trial) =>
        dieAgainAndAgain(
          trial,
          [
            ["w1", "w3"],
            ["w2", "w3", PROJECTOR],
          ],
          4,
        ),
    },
    { needs: ["crash", "shared"] },
  ),
];
