import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import process from "node:process";

/** Names this process as the owner of leases, and tells whether another owner is gone. */
export interface Owner {
  readonly name: string;
  /** True only where it is sure: an owner of another machine or container is never known to be gone. */
  isGone(owner: string): boolean;
}

/** The name of a process: where its number counts, its number, and an id that no other process ever has. */
export function processOwner(id: string): Owner {
  const place = placeOfProcesses();
  return {
    name: [place, process.pid, id].join("/"),
    isGone: (owner) => {
      const [otherPlace, pid, otherId] = owner.split("/");
      if (otherPlace !== place || otherId === id) return false;
      return Number(pid) === process.pid || !isAlive(Number(pid));
    },
  };
}

/** Where a process number means one process: a machine since its start, and on Linux a PID namespace of it. */
function placeOfProcesses(): string {
  const parts = [hostname(), read("/proc/sys/kernel/random/boot_id"), link("/proc/self/ns/pid")];
  return parts.join(" ").replaceAll("/", "_");
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Empty where there is no such file: not every system tells. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
