import type {
  Clock,
  CopyOrigin,
  Place,
  Section,
  SectionPage,
  SectionRecords,
  Transfer,
  UnfinishedCopy,
} from "@plinth/ports";
import type { Value } from "./connection.ts";
import type { READS } from "./reads.ts";
import type { Remote } from "./thread.ts";
import { type FlatPage, recordsIn } from "./transferReads.ts";
import type { transferWrites } from "./transferWrites.ts";

/** Reads on the thread that reads and writes on the one that writes, so that one page is read while another is written. */
export class SqliteTransfer implements Transfer {
  readonly #writer: Remote<typeof transferWrites>;
  readonly #reader: Remote<typeof READS>;
  readonly #clock: Clock;

  constructor(writer: Remote<typeof transferWrites>, reader: Remote<typeof READS>, clock: Clock) {
    this.#writer = writer;
    this.#reader = reader;
    this.#clock = clock;
  }

  async counts(): Promise<Readonly<Record<Section, number>>> {
    return this.#reader.countSections();
  }

  async owners(): Promise<readonly string[]> {
    return this.#reader.findOwners(this.#clock.now());
  }

  async read<Name extends Section>(
    section: Name,
    after: Place | null,
    limit: number,
  ): Promise<SectionPage<Name>> {
    const page = await this.#reader.readSection(section, after, limit);
    return { records: recordsIn(page), place: page.place };
  }

  async unfinished(): Promise<UnfinishedCopy | null> {
    return this.#reader.findCopy();
  }

  async begin(origin: CopyOrigin): Promise<void> {
    await this.#writer.beginCopy(origin);
  }

  async write<Name extends Section>(
    section: Name,
    after: Place | null,
    page: SectionPage<Name>,
  ): Promise<Place | null> {
    return this.#writer.writeSection(section, after, flattened(page));
  }

  async finish(): Promise<void> {
    await this.#writer.finishCopy();
  }
}

function flattened<Name extends Section>({ records, place }: SectionPage<Name>): FlatPage {
  const values: Value[] = [];
  for (const record of records as readonly SectionRecords[Section][])
    for (const value of record) values.push(value);
  return { width: records[0]?.length ?? 0, values, place };
}
