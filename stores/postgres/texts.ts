/**
 * A text that something is looked up by; null, which equals nothing, where PostgreSQL keeps no such text: it refuses U+0000,
 * and would take half of a surrogate pair for U+FFFD.
 */
export function findable(text: string): string | null {
  return text.includes("\0") || !text.isWellFormed() ? null : text;
}
