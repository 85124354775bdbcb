import { noPgBouncer, startPgBouncer } from "../../servers/pgbouncer.ts";
import { conformanceOn } from "./conformance.fixture.ts";

conformanceOn("system", "PostgreSQL as it is installed");

conformanceOn(
  "system",
  "PostgreSQL behind PgBouncer in transaction mode",
  async (url) => {
    const bouncer = await startPgBouncer(url);
    return bouncer.url(new URL(url).pathname.slice(1));
  },
  noPgBouncer(),
);
