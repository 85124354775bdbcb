import { chmodSync, chownSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Whom a server runs as, where the tests themselves run as root, whom many servers refuse. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** In the order in which they are taken. */
const UNPRIVILEGED = ["postgres", "nobody"];

/** An unprivileged account where this process runs as root; null where it is unprivileged itself. */
export function serverAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of UNPRIVILEGED) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`Servers refuse to run as root, and there is no account ${UNPRIVILEGED.join(" or ")}.`);
}

/** Whether an account may go through every folder down to a file or a folder, and read it. */
export function canReach(account: Account | null, path: string): boolean {
  if (!account) return true;
  for (let at = path; ; at = dirname(at)) {
    if (!mayEnter(account, at)) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * A new folder of the account's own, in the one that is said, or the system's for temporary files, or where that is
 * closed to it /tmp.
 * @throws Error where the one that is said is closed to it.
 */
export function folderFor(account: Account | null, prefix: string, parent?: string): string {
  if (parent && !canReach(account, parent)) throw new Error(`${parent} is closed to who servers run as.`);
  const folder = mkdtempSync(join(parent ?? (canReach(account, tmpdir()) ? tmpdir() : "/tmp"), prefix));
  give(account, folder);
  chmodSync(folder, 0o700);
  return folder;
}

/** Makes a file or a folder the account's own. */
export function give(account: Account | null, path: string): void {
  if (account) chownSync(path, account.uid, account.gid);
}

function mayEnter({ uid, gid }: Account, path: string): boolean {
  const { mode, uid: owner, gid: group } = statSync(path);
  const bits = owner === uid ? mode >> 6 : group === gid ? mode >> 3 : mode;
  return (bits & 0o5) === 0o5;
}
