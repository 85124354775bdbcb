import type { Database } from "./connection.ts";
import { quoted, viewTable } from "./identifiers.ts";

/** A table of a view's build that is no longer on the list is remains: nobody reads it. */
const TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";

const BUILDS = "SELECT view, generation FROM generations";

/** Whether pages are what they should be, rows where they belong; it does not know what was written in them. */
const CHECK = (table: string) => `PRAGMA quick_check(${quoted(table)})`;

/** Reads every table in use, and tells the first fault that SQLite can see in them; null where there is none. */
export function faultOf(database: Database): string | null {
  const builds = database.all<{ view: string; generation: number }>(BUILDS).map(viewTable);
  const tables = database.all<{ name: string }>(TABLES).map(({ name }) => name);
  for (const table of tables) {
    if (table.startsWith("view_") && !builds.includes(table)) continue;
    for (const [found] of database.arrays(CHECK(table)))
      if (found !== "ok") return `${table}: ${firstLine(String(found))}`;
  }
  return null;
}

/** Without the headline, which names the database. */
function firstLine(found: string): string {
  return found.split("\n").find((line) => !line.startsWith("***")) ?? found;
}
