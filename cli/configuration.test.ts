import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { configure, type Sources } from "./configuration.ts";
import { ConfigurationError } from "./failure.ts";
import { SETTINGS, type SettingName } from "./settings.ts";

const ALL = Object.keys(SETTINGS) as SettingName[];

const from = (sources: Partial<Sources>) =>
  configure(ALL, { flags: {}, environment: {}, file: {}, ...sources });

const faultsOf = (sources: Partial<Sources>): readonly string[] => {
  try {
    from(sources);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.faults;
  }
  throw new Error("No fault was found.");
};

describe("configuration", () => {
  it("has a default for everything: this machine alone, SQLite, all roles", () => {
    assert.deepEqual(from({}), {
      port: 8080,
      host: "127.0.0.1",
      store: { kind: "sqlite", path: "./data/app.db" },
      broker: null,
      roles: { api: true, worker: true },
      rateLimit: null,
      drainMs: 30_000,
      graceMs: 0,
      log: "auto",
    });
  });

  it("takes a flag before the environment, that before .env, that before the default", () => {
    const [flags, environment, file] = [{ port: "1" }, { PORT: "2" }, { PORT: "3" }];
    assert.equal(from({ flags, environment, file }).port, 1);
    assert.equal(from({ environment, file }).port, 2);
    assert.equal(from({ file }).port, 3);
    assert.equal(from({}).port, 8080);
  });

  it("counts an empty variable as not set", () => {
    assert.equal(from({ environment: { PORT: "" }, file: { PORT: "3" } }).port, 3);
  });

  it("names every fault of every source at once, with what to do", () => {
    const faults = faultsOf({
      flags: { roles: "api,wrker", "drain-ms": "-1" },
      environment: {
        PORT: "80a",
        PLINTH_BROKER: "kafka://a",
        PLINTH_RATE_LIMIT: "600",
        PLINTH_STOER: "memory:",
      },
      file: { HOST: "not a host", PLINTH_LOG: "xml", PLINTH_NONSENSE_OF_MINE: "1" },
    });
    assert.deepEqual(faults, [
      "PLINTH_STOER is not a setting. Did you mean PLINTH_STORE?",
      "PLINTH_NONSENSE_OF_MINE in .env is not a setting.",
      'PORT is "80a": give a whole number from 0 to 65535.',
      'HOST in .env is "not a host": give an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them.',
      'PLINTH_BROKER is "kafka://a": this version has no broker yet: leave it out.',
      '--roles is "api,wrker": "wrker" is no role. Did you mean worker? Roles are api and worker.',
      'PLINTH_RATE_LIMIT is "600": give requests and seconds, such as 600/60: 1 to 1000000 in 1 to 86400.',
      '--drain-ms is "-1": give a whole number from 0 to 3600000.',
      'PLINTH_LOG in .env is "xml": give json, text or auto.',
    ]);
  });

  it("looks only at what is asked for, and at the names of all variables", () => {
    const environment = { PORT: "80a" };
    assert.deepEqual(configure(["host"], { flags: {}, environment, file: {} }), { host: "127.0.0.1" });
  });

  it("does not tell a password", () => {
    const [fault] = faultsOf({ environment: { PLINTH_STORE: "mongodb://me:secret@db/app" } });
    assert.equal(
      fault,
      'PLINTH_STORE is "mongodb://***@db/app": this version has no MongoDB store yet: use sqlite:, postgres: or memory:.',
    );
  });

  for (const port of ["0", "65535"])
    it(`takes port ${port}`, () => assert.equal(from({ flags: { port } }).port, Number(port)));
  for (const port of ["65536", "-1", "1e3", "0x10", " 1", "1.5"])
    it(`refuses port "${port}"`, () => assert.equal(faultsOf({ flags: { port } }).length, 1));
  for (const host of ["::1", "0.0.0.0", "localhost", "api.example.com"])
    it(`takes host ${host}`, () => assert.equal(from({ flags: { host } }).host, host));
  for (const host of ["999.1.1.1", "a b", "-a", "http://a", "a:80"])
    it(`refuses host "${host}"`, () => assert.equal(faultsOf({ flags: { host } }).length, 1));
  for (const [roles, expected] of [
    ["api", { api: true, worker: false }],
    ["worker", { api: false, worker: true }],
    ["worker, api", { api: true, worker: true }],
  ] as const)
    it(`takes roles ${roles}`, () => assert.deepEqual(from({ flags: { roles } }).roles, expected));
  for (const [limit, quota, windowSeconds] of [
    ["600/60", 600, 60],
    ["1/1", 1, 1],
    ["1000000/86400", 1_000_000, 86_400],
  ] as const)
    it(`takes a rate limit of ${limit}`, () =>
      assert.deepEqual(from({ flags: { "rate-limit": limit } }).rateLimit, { quota, windowSeconds }));
  for (const limit of [
    "600",
    "0/60",
    "600/0",
    "1000001/60",
    "600/86401",
    "1.5/60",
    "600/60s",
    "-1/60",
    " 1/1",
  ])
    it(`refuses a rate limit of "${limit}"`, () =>
      assert.equal(faultsOf({ flags: { "rate-limit": limit } }).length, 1));
});
