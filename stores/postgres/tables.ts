import { quoted } from "./identifiers.ts";

/** What every statement names: the schema's tables, as SQL reads them. */
export class Tables {
  readonly schema: string;
  /** What commits are told on, for LISTEN. */
  readonly channel: string;

  /** `schema` is the name of the PostgreSQL schema that holds everything. */
  constructor(schema: string) {
    this.schema = quoted(schema);
    this.channel = schema;
  }

  /** A table or function of the schema: `"plinth"."events"`. */
  named(name: string): string {
    return `${this.schema}.${quoted(name)}`;
  }
}
