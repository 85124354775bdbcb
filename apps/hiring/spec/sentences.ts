import type { Passage } from "./passage.ts";

/** A full stop that ends a sentence, and not "e.g. ", "U.S. " or "Node. js". */
const end =
  /(?<!\b(?:[Ee]\.g|[Ii]\.e|[Ii]ncl|[Mm]in|[Mm]ax|[Cc]a|approx|vs|St|Mr|Ms|Mrs|Dr|No|Inc|Ltd|Co|U\.S|U\.K|p\.a))[.!?]["”’)]*\s+(?=["“‘([]?[\p{Lu}\p{N}])/gu;

export function sentencesOf(passage: Passage): Passage[] {
  const sentences: Passage[] = [];
  let from = 0;
  for (const match of passage.text.matchAll(end)) {
    const to = match.index + match[0].length;
    sentences.push(passage.slice(from, to).trim());
    from = to;
  }
  sentences.push(passage.slice(from).trim());
  return sentences.filter(({ text }) => text !== "");
}

export function lastSentence(passage: Passage): Passage {
  return sentencesOf(passage).at(-1) ?? passage;
}
