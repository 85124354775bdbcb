import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { PlinthError } from "@plinth/ports";
import { noCertificates } from "../../servers/certificate.ts";
import { noPostgres, type PostgresServer, startPostgres } from "../../servers/postgres.ts";
import { postgresStore } from "./index.ts";
import { clock } from "./samples.fixture.ts";

/** A server that takes connections by TLS alone. */
let server: PostgresServer;
let url: string;

const skip = noPostgres("bundled") || noCertificates();

describe("a server that is reached by TLS", { skip }, () => {
  before(async () => {
    server = await startPostgres("bundled", { tls: true });
    url = await server.createDatabase();
  });

  after(() => server.remove());

  const asking = (parameters: Record<string, string>): string => {
    const asked = new URL(url);
    for (const [name, value] of Object.entries(parameters)) asked.searchParams.set(name, value);
    return asked.href;
  };

  it("is believed by the certificate that the URL names", async () => {
    const store = await postgresStore({
      url: asking({ sslmode: "verify-full", sslrootcert: server.certificate }),
      clock,
    });
    assert.equal(await store.log.head(), 0);
    await store.close();
  });

  it("is not believed without one that is known", async () => {
    await assert.rejects(
      postgresStore({ url: asking({ sslmode: "verify-full" }), clock }),
      ({ code, message }: PlinthError) => code === "unavailable" && /certificate/.test(message),
    );
  });
});
