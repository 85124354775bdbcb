import type { StreamName } from "@plinth/model";
import type { Database } from "./connection.ts";
import type { KnownStream } from "./known.ts";
import type { Transaction } from "./transaction.ts";

const FIND_STREAM = `
  SELECT id, coalesce((SELECT max(version) FROM events WHERE stream = streams.id), 0) AS version, 0 AS line
  FROM streams
  WHERE tenant = ? AND entity = ? AND key = ?`;

const ADD_STREAM = "INSERT INTO streams (tenant, entity, key) VALUES (?, ?, ?) RETURNING id";

export function findStream(database: Database, { tenant, entity, id }: StreamName): KnownStream {
  return database.first<KnownStream>(FIND_STREAM, tenant, entity, id) ?? { id: null, version: 0, line: 0 };
}

/** What the writer remembers of a stream; to be changed with it. */
export function knownStream({ database, known }: Transaction, stream: StreamName): KnownStream {
  const name = `${stream.tenant}\0${stream.entity}\0${stream.id}`;
  return known.stream(name, () => findStream(database, stream));
}

/** The number of a stream; gives it one where it has none. */
export function streamId({ database }: Transaction, stream: KnownStream, name: StreamName): number {
  stream.id ??= database.first<{ id: number }>(ADD_STREAM, name.tenant, name.entity, name.id)!.id;
  return stream.id;
}
