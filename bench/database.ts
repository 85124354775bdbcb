import { noPostgres, type PostgresServer, type PostgresSource, startPostgres } from "../servers/postgres.ts";

/** Sane settings for a small machine, the same for all that are compared; all else is as PostgreSQL has it. */
export const CONFIGURATION = {
  shared_buffers: "512MB",
  max_wal_size: "4GB",
  max_connections: 200,
  fsync: true,
  synchronous_commit: true,
  full_page_writes: true,
} as const;

/** The system's, as most servers out there are; else the one of npm. @throws Error where there is neither. */
function source(): PostgresSource {
  const missing = noPostgres("system");
  if (!missing) return "system";
  const reason = noPostgres("bundled");
  if (reason) throw new Error(`${missing} ${reason}`);
  return "bundled";
}

/** Starts a PostgreSQL for as long as something is measured on it, and says which. */
export async function withPostgres<Result>(
  use: (server: PostgresServer) => Promise<Result>,
): Promise<Result> {
  const from = source();
  const server = await startPostgres(from, { configuration: CONFIGURATION });
  const settings = Object.entries(CONFIGURATION).map(([name, value]) => `${name} = ${value}`);
  const origin = from === "system" ? "of the system" : "of npm";
  console.log(`\nPostgreSQL ${server.version} ${origin}, ${settings.join(", ")}.`);
  try {
    return await use(server);
  } finally {
    await server.remove();
  }
}

/** A database of its own, gone afterwards. What others have left to write is written before. */
export async function withDatabase<Result>(
  server: PostgresServer,
  use: (url: string) => Promise<Result>,
): Promise<Result> {
  const url = await server.createDatabase();
  await server.query("checkpoint");
  try {
    return await use(url);
  } finally {
    await server.query(`drop database ${new URL(url).pathname.slice(1)} with (force)`);
  }
}
