import { PlinthError } from "@plinth/ports";

/** Longest id of an entity and key of a row, in UTF-16 code units. */
export const ID_LENGTH_MAX = 256;

/** @throws PlinthError `invalid_argument` for an id that is empty, too long, or holds control characters. */
export function checkId(id: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (id.length === 0 || id.length > ID_LENGTH_MAX || /[\u0000-\u001f\u007f]/.test(id) || !id.isWellFormed())
    throw new PlinthError(
      "invalid_argument",
      `An id has 1 to ${ID_LENGTH_MAX} characters, none of them a control character.`,
    );
}
