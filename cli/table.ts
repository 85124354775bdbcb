/** Rows as lines, each column as wide as its widest cell. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
}

/** The first line of a text, cut where it is long. */
export function brief(text: string, max = 80): string {
  const [line = ""] = text.split("\n");
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}
