import type { Event, View } from "@plinth/model";
import { faults, frozen, type Happened, json, recorded } from "./events.ts";
import { type Caller, expectSame, failure } from "./failure.ts";

/** A view of what has happened. */
export class GivenView<Row> {
  readonly #view: View<Row>;
  readonly #rows: ReadonlyMap<string, Row>;

  constructor(view: View<Row>, events: readonly Happened[], caller: Caller) {
    this.#view = view;
    this.#rows = project(view, recorded(events), caller);
  }

  /** The row of this key; null: there is none. */
  thenRow(key: string, expected: Row | null): this {
    const row = this.#rows.get(key) ?? null;
    expectSame(row, json(expected), `${this.#view.name} has another row "${key}".`, this.thenRow);
    return this;
  }

  /** All rows by key. */
  thenRows(expected: Readonly<Record<string, Row>>): this {
    const rows = Object.fromEntries(this.#rows);
    expectSame(rows, json(expected), `${this.#view.name} has other rows.`, this.thenRows);
    return this;
  }
}

function project<Row>(view: View<Row>, events: readonly Event[], caller: Caller): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const event of events) {
    checkRead(view, event, caller);
    const change = view.on[event.type];
    const key = change ? view.key(event) : null;
    if (!change || key === null) continue;
    const row = change(rows.get(key) ?? null, event);
    if (row === null) rows.delete(key);
    else rows.set(key, frozen(json(checkRow(view, event, row, caller))));
  }
  return rows;
}

function checkRead(view: View, { type, stream }: Event, caller: Caller): void {
  if (!view.from.some(({ name }) => name === stream.entity))
    throw failure(`View "${view.name}" does not read ${stream.entity}, and never sees ${type}.`, caller);
}

function checkRow<Row>(view: View<Row>, { type }: Event, row: Row, caller: Caller): Row {
  const result = view.row.safeParse(row);
  if (result.success) return row;
  const what = `View "${view.name}" makes a row that is not one of its own on ${type}`;
  throw failure(`${what}: ${faults(result.error)}`, caller);
}
