import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Variables } from "./configuration.ts";
import { Failure, reasonOf } from "./failure.ts";

/** The variables of a folder's `.env`, none where there is no such file. */
export function readDotenv(folder: string): Variables {
  const path = join(folder, ".env");
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new Failure(`${path} cannot be read: ${reasonOf(error)}.`, error);
  }
}
