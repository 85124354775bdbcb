import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeConformance } from "@plinth/testing/conformance";
import { sqliteStore } from "./index.ts";

storeConformance(
  async (options) => {
    const folder = mkdtempSync(join(tmpdir(), "plinth-sqlite-"));
    const path = join(folder, "store.db");
    const copy = join(folder, "copy.db");
    return {
      store: await sqliteStore({ ...options, path }),
      reopen: (more) => sqliteStore({ ...options, ...more, path }),
      outside: { module: new URL("./outside.ts", import.meta.url), location: path },
      copy: { path: copy, open: () => sqliteStore({ ...options, path: copy }) },
      remove: async () => rmSync(folder, { recursive: true }),
    };
  },
  { durable: true, shared: true, clock: true, crash: true, backup: true, revision: true },
);
