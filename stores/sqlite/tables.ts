import type { Database } from "./connection.ts";

const FIND_TABLE = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?";

/** Tables that were seen: those of entities are made when they are first needed, and stay. */
export class Tables {
  readonly #seen = new Set<string>();

  has(database: Database, table: string): boolean {
    if (this.#seen.has(table)) return true;
    const isThere = database.first(FIND_TABLE, table) !== null;
    if (isThere) this.#seen.add(table);
    return isThere;
  }

  /** After a rollback, which takes back tables too. */
  forget(): void {
    this.#seen.clear();
  }
}
