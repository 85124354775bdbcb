import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Store } from "@plinth/ports";
import { seededRandom } from "../../random.ts";
import { cases, type Outside } from "./case.ts";
import { append, assertGapFree, commitOf, MAIN, readAll, streamOf } from "./commits.ts";
import { COUNTS, PROJECTOR, turnOf, WRITERS } from "./crash-writer.ts";

const PROGRAM = fileURLToPath(new URL("./crash-writer.ts", import.meta.url));
const ROUNDS = 10;

/** What the writer's process was told before it died. */
interface Acknowledged {
  readonly commits: { readonly writer: string; readonly version: number; readonly position: number }[];
  checkpoint: number;
}

/** When the writer is killed: so long after it has reported so many times. */
interface Death {
  readonly reports: number;
  readonly afterMs: number;
}

/**
 * Runs the writer until its death, and adds what it has reported: into a file, where a report is when it is
 * written, whoever dies next.
 */
async function writeAndDie(
  { module, location }: Outside,
  { reports, afterMs }: Death,
  seen: Acknowledged,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-crash-"));
  const path = join(folder, "reports");
  const file = await open(path, "w");
  const child = spawn(process.execPath, [PROGRAM, module.href, location], {
    stdio: ["ignore", file.fd, "inherit"],
  });
  const exited = once(child, "exit");
  while (child.exitCode === null && (await linesOf(path)).length < reports) await wait(1);
  await wait(afterMs);
  child.kill("SIGKILL");
  assert.equal((await exited)[1], "SIGKILL", "the writer died of nothing else");
  for (const line of await linesOf(path)) note(line, seen);
  await file.close();
  await rm(folder, { recursive: true });
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

export const crashCases = cases(
  "a process that is killed",
  {
    "at any moment loses nothing acknowledged and leaves nothing half done": async ({
      store,
      open: reopen,
      underTest,
    }) => {
      await store.close();
      const random = seededRandom(1);
      const seen: Acknowledged = { commits: [], checkpoint: 0 };
      for (let round = 0; round < ROUNDS; round++) {
        const death = { reports: 1 + random.below(100), afterMs: random.below(5) };
        await writeAndDie(underTest.outside!, death, seen);
        const survivor = await reopen();
        await checkAcknowledged(survivor, seen);
        await checkWhole(survivor);
        await checkCounted(survivor);
        await survivor.close();
      }
      assert.ok(seen.commits.length > ROUNDS);
    },
  },
  { needs: "crash" },
);
