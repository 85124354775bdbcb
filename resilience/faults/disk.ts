import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs a program of the system; @throws with what it said where it fails. */
export function command(name: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(name, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${name} ${args.join(" ")}: ${error?.message ?? stderr}`);
  return stdout;
}

/** A file system of its own, of few mebibytes. */
export class SmallDisk {
  readonly folder: string;
  readonly #base: string;

  constructor(mebibytes: number) {
    this.#base = mkdtempSync(join(tmpdir(), "plinth-disk-"));
    this.folder = join(this.#base, "mounted");
    mkdirSync(this.folder);
    const image = join(this.#base, "image");
    command("truncate", "-s", `${mebibytes}M`, image);
    command("mkfs.ext4", "-q", "-F", "-m", "0", image);
    command("mount", "-o", "loop", image, this.folder);
  }

  /** Writes until nothing more fits. */
  fill(): void {
    for (const [name, size] of [
      ["ballast", 65_536],
      ["crumbs", 512],
    ] as const)
      try {
        for (;;) writeFileSync(join(this.folder, name), Buffer.alloc(size), { flag: "a" });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
  }

  /** Takes away what `fill` has written. */
  free(): void {
    for (const name of ["ballast", "crumbs"]) rmSync(join(this.folder, name), { force: true });
  }

  remove(): void {
    command("umount", this.folder);
    rmSync(this.#base, { recursive: true });
  }
}

/** System calls of a running process that fail, as `strace --inject` has them, until it is ended. */
export class Injection {
  readonly #tracer;
  readonly #attached: Promise<unknown>;
  /** Resolves when it is over: also where the process is. */
  readonly ended: Promise<unknown>;

  /** `what` is what strace takes: `pwrite64,fdatasync:error=EIO`. Only calls on these files fail. */
  constructor(pid: number, what: string, paths: readonly string[]) {
    const only = paths.flatMap((path) => ["-P", path]);
    const traced = `trace=${what.split(":")[0]}`;
    const args = ["-f", "-p", String(pid), ...only, "-e", traced, "-e", `inject=${what}`];
    this.#tracer = spawn("strace", args, { stdio: ["ignore", "ignore", "pipe"] });
    this.#attached = once(this.#tracer.stderr!, "data");
    this.#tracer.stderr!.resume();
    this.ended = once(this.#tracer, "exit");
  }

  /** Resolves when it has taken hold. */
  async attached(): Promise<void> {
    await this.#attached;
  }

  /** Lets go of the process, which runs on. */
  async end(): Promise<void> {
    this.#tracer.kill("SIGTERM");
    await this.ended;
  }
}
