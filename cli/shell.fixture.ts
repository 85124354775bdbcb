import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Variables } from "./configuration.ts";
import { main } from "./main.ts";
import { terminal } from "./terminal.ts";

/** What a command has said, and how it ended. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder that is gone after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "plinth-cli-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a command line in this process, as `plinth` would in one of its own. */
export async function plinth(
  folder: string,
  argv: readonly string[],
  environment: Variables = {},
): Promise<Said> {
  const said = { out: "", err: "" };
  const into = (stream: "out" | "err") => ({
    write: (text: string) => {
      said[stream] += text;
    },
  });
  const code = await main(argv, { folder, environment, terminal: terminal(into("out"), into("err")) });
  return { code, ...said };
}
