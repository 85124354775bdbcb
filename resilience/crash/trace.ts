/** What a commit's way to the client is traced by: writes of the write-ahead log, its syncs, writes to sockets. */
export const TRACED = "pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg";

/** A system call of the trace: the lines on which it began and ended. */
interface SystemCall {
  readonly name: string;
  readonly words: string;
  readonly began: number;
  ended: number;
}

const BEGUN = /^(\d+) +(\w+)\((.*)$/;
const RESUMED = /^(\d+) +<\.\.\. (\w+) resumed>/;

/** The calls of a trace as `strace -f -y -o` writes it, those of threads that ran side by side each with its own end. */
function callsOf(trace: string): SystemCall[] {
  const calls: SystemCall[] = [];
  const open = new Map<string, SystemCall>();
  for (const [at, line] of trace.split("\n").entries()) {
    const resumed = RESUMED.exec(line);
    if (resumed) {
      const call = open.get(resumed[1]!);
      if (call) call.ended = at;
      open.delete(resumed[1]!);
      continue;
    }
    const [, thread = "", name = "", words = ""] = BEGUN.exec(line) ?? [];
    if (name === "") continue;
    const isOpen = line.endsWith("<unfinished ...>");
    const call = { name, words, began: at, ended: isOpen ? Number.POSITIVE_INFINITY : at };
    calls.push(call);
    if (isOpen) open.set(thread, call);
  }
  return calls;
}

/** What became of an entity: `synced` where all that was written of it was on the disk before its answer left. */
export type Passed = "synced" | "answered before it was synced" | "not written" | "not answered";

/**
 * Whether what was first written to the log of an entity was synced before the answer that names it was sent: a sync that
 * began after the write had ended, and ended before the answer began.
 */
export function passages(trace: string, ids: readonly string[]): Map<string, Passed> {
  const calls = callsOf(trace);
  const written = calls.filter(({ name, words }) => name === "pwrite64" && words.includes("-wal>"));
  const syncs = calls.filter(({ name, words }) => name.endsWith("sync") && words.includes("-wal>"));
  const sent = calls.filter(({ words }) => words.includes("HTTP/1.1 20"));
  return new Map(
    ids.map((id) => {
      const write = written.find(({ words }) => words.includes(id));
      const answer = sent.find(({ words }) => words.includes(`\\"id\\":\\"${id}\\"`));
      if (!write) return [id, "not written"];
      if (!answer) return [id, "not answered"];
      const isSynced = syncs.some(({ began, ended }) => began > write.ended && ended < answer.began);
      return [id, isSynced ? "synced" : "answered before it was synced"];
    }),
  );
}
