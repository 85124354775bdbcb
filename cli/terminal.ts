/** Where a command speaks to people. */
export interface Terminal {
  /** One line of what was asked for. */
  print(line: string): void;
  /** One line about it: a hint, a fault. Not part of what `print` gives. */
  note(line: string): void;
  /** How far a task is. Replaces the line before where a person is watching, else says each tenth once. */
  progress(what: string, done: number): void;
}

/** A reader that goes away, as `head` does, ends nothing here: what would still be written to it is dropped. */
export function outliveReader(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

/** A stream to write to, as far as it is needed here. */
interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** The terminal of a process: `print` goes to `out`, everything else to `err`. */
export function terminal(out: Output, err: Output): Terminal {
  return err.isTTY ? new WatchedTerminal(out, err) : new PlainTerminal(out, err);
}

class PlainTerminal implements Terminal {
  protected readonly out: Output;
  protected readonly err: Output;
  #tenths = -1;

  constructor(out: Output, err: Output) {
    this.out = out;
    this.err = err;
  }

  print(line: string): void {
    this.out.write(`${line}\n`);
  }

  note(line: string): void {
    this.err.write(`${line}\n`);
  }

  progress(what: string, done: number): void {
    const tenths = Math.floor(done * 10);
    if (tenths !== this.#tenths) this.note(`${what}: ${tenths * 10}%`);
    this.#tenths = tenths;
  }
}

const CLEAR_LINE = "\r\u001b[K";

class WatchedTerminal extends PlainTerminal {
  #unfinished = false;

  override print(line: string): void {
    this.#finish();
    super.print(line);
  }

  override note(line: string): void {
    this.#finish();
    super.note(line);
  }

  override progress(what: string, done: number): void {
    this.err.write(`${CLEAR_LINE}${what}: ${Math.floor(done * 100)}%`);
    this.#unfinished = true;
  }

  #finish(): void {
    if (this.#unfinished) this.err.write("\n");
    this.#unfinished = false;
  }
}
