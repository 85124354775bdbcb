import { type Place, SECTIONS, type Section, type Transfer } from "@plinth/ports";
import { digestSection, PAGE_LIMIT } from "./digest.ts";

/** Is told of every page that was copied, or read. */
export type OnPage = (section: Section, records: number) => void;

/** Copies what is not copied yet. Whoever else copies the same at the same time only shares the work. */
export async function copySections(from: Transfer, to: Transfer, onPage: OnPage): Promise<void> {
  const places = (await to.unfinished())?.places;
  for (const section of SECTIONS) await copySection(from, to, section, places?.[section] ?? null, onPage);
}

/** While a page is written, the next one is read. */
async function copySection(
  from: Transfer,
  to: Transfer,
  section: Section,
  place: Place | null,
  onPage: OnPage,
): Promise<void> {
  let after = place;
  let page = await from.read(section, after, PAGE_LIMIT);
  while (page.records.length > 0) {
    const [reached, next] = await Promise.all([
      to.write(section, after, page),
      from.read(section, page.place, PAGE_LIMIT),
    ]);
    onPage(section, page.records.length);
    after = reached;
    page = reached === page.place ? next : await from.read(section, reached, PAGE_LIMIT);
  }
}

/** A section as each side has it, by what was read from it. */
export interface Compared {
  readonly section: Section;
  readonly counts: readonly [from: number, to: number];
  readonly digests: readonly [from: string, to: string];
}

/** Reads both sides to the end and compares them. */
export async function compareSections(from: Transfer, to: Transfer, onPage: OnPage): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const section of SECTIONS) {
    const told = (records: number) => onPage(section, records);
    const [source, copy] = await Promise.all([
      digestSection(from, section, told),
      digestSection(to, section, told),
    ]);
    compared.push({
      section,
      counts: [source.count, copy.count],
      digests: [`${source}`, `${copy}`],
    });
  }
  return compared;
}

/** Whether both sides have the same records. */
export function isSame({ counts, digests }: Compared): boolean {
  return counts[0] === counts[1] && digests[0] === digests[1];
}
