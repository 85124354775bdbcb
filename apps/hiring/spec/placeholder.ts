const bracketed = /^[[<{][^\]>}]{2,400}[\]>}][.,;]?$/;
const open =
  /^(?:(?:to be|will be) (?:updated|confirmed|determined|announced|completed|added|defined|decided)\b.{0,60}|tb[acd]|todo\b.{0,80}|n\/a|none|xx+|\.\.\.|…|insert\b.{0,80}|lorem ipsum\b.*)[.!]?$/i;

/** Why a text stands only for one still to be written; null if it says something. */
export function placeholder(text: string): string | null {
  if (bracketed.test(text)) return "a placeholder of the template that was not filled in";
  return open.test(text) ? "not written yet" : null;
}
