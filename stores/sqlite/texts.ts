/** A text that something is looked up by; null, which equals nothing, where SQLite would take half of a surrogate pair for U+FFFD. */
export function findable(text: string): string | null {
  return text.isWellFormed() ? text : null;
}
