import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Why a test is skipped: what it needs is not to be had here. In CI, where all of it is, nothing is skipped, and the test
 * fails of what is missing.
 */
function unless(works: boolean, reason: string): string | false {
  return works || process.env.CI ? false : reason;
}

function succeeds(name: string, ...args: readonly string[]): boolean {
  return spawnSync(name, args, { stdio: "ignore" }).status === 0;
}

/** A file system of its own needs a loop device and the right to mount. */
function mounts(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), "plinth-needs-"));
  const image = join(folder, "image");
  const mounted =
    succeeds("truncate", "-s", "4M", image) &&
    succeeds("mkfs.ext4", "-q", "-F", image) &&
    succeeds("mount", "-o", "loop", image, folder);
  if (mounted) succeeds("umount", folder);
  rmSync(folder, { recursive: true });
  return mounted;
}

export const noMount = unless(mounts(), "Mounting a file system takes root and a loop device.");

export const noTrace =
  noMount ||
  unless(
    succeeds("strace", "-o", "/dev/null", "-e", "trace=none", "true"),
    "Failing system calls take strace, and the right to trace.",
  );
