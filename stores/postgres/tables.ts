import { quoted } from "./identifiers.ts";

/** What every statement names: the schema's tables, as SQL reads them. */
export class Tables {
  readonly schema: string;

  /** `schema` is the name of the PostgreSQL schema that holds everything. */
  constructor(schema: string) {
    this.schema = quoted(schema);
  }

  /** A table or function of the schema: `"plinth"."events"`. */
  named(name: string): string {
    return `${this.schema}.${quoted(name)}`;
  }
}
