import {
  type CopyOrigin,
  noCopy,
  notEmpty,
  type Place,
  PlinthError,
  SECTIONS,
  type Section,
  type SectionPage,
  type Transfer,
  type UnfinishedCopy,
  unfinishedCopy,
} from "@plinth/ports";
import type { Connections, Session } from "./connection.ts";
import type { Tables } from "./tables.ts";
import { countSections, readSection } from "./transferReads.ts";
import { putSection } from "./transferWrites.ts";

const FIND_OWNERS = ({ schema }: Tables) => `
  SELECT DISTINCT owner FROM ${schema}.subscriptions WHERE owner IS NOT NULL AND expires_at > clock_timestamp()`;

const FIND_ORIGIN = ({ schema }: Tables) => `SELECT copy_of FROM ${schema}.log`;

/** Who copies into the same store at once takes turns. */
const LOCK_ORIGIN = (tables: Tables) => `${FIND_ORIGIN(tables)} FOR UPDATE`;

const SET_ORIGIN = ({ schema }: Tables) => `UPDATE ${schema}.log SET copy_of = $1`;

const FIND_PLACES = ({ schema }: Tables) => `SELECT section, place FROM ${schema}.copy_places`;

const SET_PLACE = ({ schema }: Tables) => `
  INSERT INTO ${schema}.copy_places (section, place) VALUES ($1, $2)
  ON CONFLICT (section) DO UPDATE SET place = excluded.place`;

const FORGET_PLACES = ({ schema }: Tables) => `DELETE FROM ${schema}.copy_places`;

/** Uses the connections also while the store holds an unfinished copy, which all others refuse then. */
export class PostgresTransfer implements Transfer {
  readonly #connections: Connections;
  readonly #tables: Tables;

  constructor(connections: Connections, tables: Tables) {
    this.#connections = connections;
    this.#tables = tables;
  }

  async counts(): Promise<Readonly<Record<Section, number>>> {
    return countSections(this.#connections.copying, this.#tables);
  }

  async owners(): Promise<readonly string[]> {
    const rows = await this.#connections.copying.rows<[string]>(FIND_OWNERS(this.#tables));
    return rows.map(([owner]) => owner);
  }

  async read<Name extends Section>(
    section: Name,
    after: Place | null,
    limit: number,
  ): Promise<SectionPage<Name>> {
    const page = await readSection(this.#connections.copying, this.#tables, section, after, limit);
    return page as unknown as SectionPage<Name>;
  }

  async unfinished(): Promise<UnfinishedCopy | null> {
    const session = this.#connections.copying;
    const [origin] = (await session.first<[string | null]>(FIND_ORIGIN(this.#tables)))!;
    if (origin === null) return null;
    this.#connections.refusal = unfinishedCopy(JSON.parse(origin) as CopyOrigin);
    const found = await session.rows<[Section, Place]>(FIND_PLACES(this.#tables));
    const places = new Map(found);
    const all = SECTIONS.map((section) => [section, places.get(section) ?? null]);
    return { origin: JSON.parse(origin) as CopyOrigin, places: Object.fromEntries(all) };
  }

  async begin(origin: CopyOrigin): Promise<void> {
    await this.#inTurn(async (session, begun) => {
      if (begun) throw new PlinthError("already_exists", unfinishedCopy(begun).message);
      const counts = await countSections(session, this.#tables);
      const { numbers, ...others } = counts;
      if (numbers > 1 || Object.values(others).some((count) => count > 0)) throw notEmpty(counts);
      await session.run(SET_ORIGIN(this.#tables), [JSON.stringify(origin)]);
    });
    this.#connections.refusal = unfinishedCopy(origin);
  }

  async write<Name extends Section>(
    section: Name,
    after: Place | null,
    { records, place }: SectionPage<Name>,
  ): Promise<Place | null> {
    return this.#inTurn(async (session, begun) => {
      if (!begun) throw noCopy();
      const places = new Map(await session.rows<[Section, Place]>(FIND_PLACES(this.#tables)));
      const reached = places.get(section) ?? null;
      if (reached !== after || place === null) return reached;
      await putSection(session, this.#tables, section, records);
      await session.run(SET_PLACE(this.#tables), [section, place]);
      return place;
    });
  }

  async finish(): Promise<void> {
    await this.#inTurn(async (session, begun) => {
      if (!begun) throw noCopy();
      await session.run(SET_ORIGIN(this.#tables), [null]);
      await session.run(FORGET_PLACES(this.#tables));
    });
    this.#connections.refusal = null;
  }

  #inTurn<Result>(work: (session: Session, begun: CopyOrigin | null) => Promise<Result>): Promise<Result> {
    return this.#connections.copying.transaction(async (session) => {
      const [origin] = (await session.first<[string | null]>(LOCK_ORIGIN(this.#tables)))!;
      return work(session, origin === null ? null : (JSON.parse(origin) as CopyOrigin));
    });
  }
}
