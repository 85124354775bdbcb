/** What the command answers to whoever started it. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** One of them. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Something that a person can mend: the message says how, a stack trace would only bury it. */
export class Failure extends Error {
  override readonly name: string = "Failure";
  readonly exitCode: ExitCode = EXIT.failed;

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.stack = message;
  }
}

/** The command was not called as it is to be. */
export class UsageError extends Failure {
  override readonly name = "UsageError";
  override readonly exitCode = EXIT.usage;
}

/** The configuration does not hold. Names every fault at once. */
export class ConfigurationError extends Failure {
  override readonly name = "ConfigurationError";
  override readonly exitCode = EXIT.usage;
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    const count = faults.length === 1 ? "1 setting is" : `${faults.length} settings are`;
    super(`${count} wrong:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
    this.faults = faults;
  }
}

/** What the operating system's code means, for the codes that people meet; else what it says itself. No full stop. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ""] ?? message.replace(/\.$/, "");
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EADDRINUSE: "another process listens there already",
  EADDRNOTAVAIL: "this machine has no such address",
  EEXIST: "something else is there already",
  EISDIR: "it is a folder",
  ENOENT: "it does not exist",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is a file, not a folder",
  ENOTFOUND: "no such host is known",
  EPERM: "permission is denied",
  EROFS: "the file system is read-only",
};
