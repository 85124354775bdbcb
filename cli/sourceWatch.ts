import { type FSWatcher, watch } from "node:fs";
import { dirname, join } from "node:path";

const SOURCE = /\.([cm]?[jt]sx?|json)$/;

/** Editors write a file in several steps: what comes within this time is one change, in milliseconds. */
const SETTLE_MS = 100;

/**
 * Calls when a source file changes beside one that was added. It watches folders, not files: editors put a new file
 * in the old one's place, and a file that an import misses is not there yet.
 */
export class SourceWatch {
  readonly #onChange: (path: string) => void;
  readonly #folders = new Map<string, FSWatcher>();
  #settling: NodeJS.Timeout | undefined;

  constructor(onChange: (path: string) => void) {
    this.#onChange = onChange;
  }

  add(file: string): void {
    const folder = dirname(file);
    if (this.#folders.has(folder)) return;
    const watcher = watch(folder, (_event, name) => {
      if (name !== null && SOURCE.test(name)) this.#changed(join(folder, name));
    });
    watcher.on("error", () => this.#forget(folder));
    this.#folders.set(folder, watcher);
  }

  close(): void {
    clearTimeout(this.#settling);
    for (const folder of [...this.#folders.keys()]) this.#forget(folder);
  }

  #changed(path: string): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#onChange(path), SETTLE_MS);
  }

  /** A folder that was removed is watched again when a file of it is loaded again. */
  #forget(folder: string): void {
    this.#folders.get(folder)?.close();
    this.#folders.delete(folder);
  }
}
