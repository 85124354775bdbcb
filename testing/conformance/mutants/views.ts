import { mutants } from "./mutant.ts";

export const listMutants = mutants("lists.ts", [
  [
    "stored states, filtered",
    "passes what passes any filter",
    "filters.every(",
    "filters.length === 0 || filters.some(",
  ],
  [
    "rows, filtered",
    "lets null be less than a number",
    "if (field === null || value === null) return false;",
    "",
  ],
  [
    "rows, filtered",
    "takes numbers for texts",
    "return field === value;",
    "return String(field) === String(value);",
  ],
  ["rows, filtered", "takes greater-or-equal for greater", "return order >= 0;", "return order > 0;"],
  ["rows, sorted", "compares text by UTF-16 unit", "unit >= 0xd800 && unit <= 0xdfff", "false"],
  [
    "rows, sorted",
    "sorts null last",
    "Number(a !== null) - Number(b !== null)",
    "Number(b !== null) - Number(a !== null)",
  ],
  ["stored states, sorted", "knows one direction", "descending ? -order : order", "order"],
  ["rows, sorted", "sorts by the first field alone", "of sort.entries()", "of sort.slice(0, 1).entries()"],
  ["rows, page by page", "repeats the last item", "order(place, after) > 0", "order(place, after) >= 0"],
  [
    "rows, page by page",
    "skips what ties with the last item",
    "return compareText(a.key, b.key);",
    "return 0;",
  ],
  [
    "stored states, page by page",
    "goes on by key alone",
    "order(place, after) > 0",
    "compareText(place.key, after.key) > 0",
  ],
]);

export const rowMutants = mutants("rows.ts", [
  [
    "writing rows",
    "writes before it looks at the lease",
    "if (!this.#subscriptions.move(checkpoint)) return false;",
    "for (const change of changes) put(tenants, change); if (!this.#subscriptions.move(checkpoint)) return false;",
  ],
  [
    "writing rows",
    "ignores the lease",
    "if (!this.#subscriptions.move(checkpoint)) return false;",
    "this.#subscriptions.move(checkpoint);",
  ],
  [
    "writing rows",
    "leaves the checkpoint",
    "if (!this.#subscriptions.move(checkpoint))",
    "if (!this.#subscriptions.move({ ...checkpoint, position: 0 }))",
  ],
  [
    "writing rows",
    "shows rows one by one",
    "for (const change of changes) put(tenants, change);",
    "for (const change of changes) { await null; put(tenants, change); }",
  ],
  ["rows", "removes nothing", "if (row === null) rows.delete(key);", "if (row === null) return;"],
  [
    "rows",
    "reads many keys in its own order",
    "return keys.map(",
    "return keys.toSorted((a, b) => compareText(a.key, b.key)).map(",
  ],
  ["rows", "empties a table that is made again", "if (!this.#tables.has(id)) this", "this"],
  ["rows", "drops nothing", "this.#tables.delete(idOf(view, generation));", "void idOf(view, generation);"],
  [
    "rows",
    "scans by key, then by tenant",
    "compareText(a.tenant, b.tenant) || compareText(a.key, b.key)",
    "compareText(a.key, b.key) || compareText(a.tenant, b.tenant)",
  ],
  ["text", "accepts any key", "changes.forEach(checkRow);", "void checkRow;"],
]);

export const generationMutants = mutants("generations.ts", [
  [
    "a generation",
    "gives a number twice",
    "(this.highest.get(view) ?? 0) + 1",
    "this.kept.filter((one) => one.view === view).length + 1",
  ],
  ["a generation", "lets two be live", '{ ...one, status: "previous" }', "one"],
  [
    "a generation",
    "keeps every previous one",
    '{ ...one, status: "previous" } : [];',
    '{ ...one, status: "previous" } : one;',
  ],
  [
    "a generation",
    "forgets the previous one when nothing changes",
    'if (next.status === "live") return;',
    "",
  ],
  [
    "a generation",
    "takes the live one off the list",
    'if (found?.status === "live") throw',
    'if (found?.status === "live" && false) throw',
  ],
  [
    "a generation",
    "drops those that are being built",
    '|| one.status === "building") return one;',
    ") return one;",
  ],
]);
