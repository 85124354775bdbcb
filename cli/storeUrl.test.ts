import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseStoreUrl, withoutPassword } from "./storeUrl.ts";

describe("a store's URL", () => {
  const good = [
    ["memory:", { kind: "memory" }],
    ["memory://", { kind: "memory" }],
    ["sqlite:./data/app.db", { kind: "sqlite", path: "./data/app.db" }],
    ["SQLITE:app.db", { kind: "sqlite", path: "app.db" }],
    ["sqlite:/srv/my app.db", { kind: "sqlite", path: "/srv/my app.db" }],
    ["sqlite:///srv/app.db", { kind: "sqlite", path: "/srv/app.db" }],
    ["postgres://u:p@db:5432/app", { kind: "postgres", url: "postgres://u:p@db:5432/app" }],
    ["postgresql://db/app?schema=a", { kind: "postgres", url: "postgresql://db/app?schema=a" }],
    ["sqlite:C:\\data\\app.db", { kind: "sqlite", path: "C:\\data\\app.db" }],
  ] as const;
  for (const [text, url] of good) it(`can be ${text}`, () => assert.deepEqual(parseStoreUrl(text), url));

  const bad = [
    ["./data/app.db", /^write it as a URL: sqlite:\.\/data\/app\.db/],
    ["", /^write it as a URL/],
    ["sqlite:", /^name the file/],
    ["sqlite:data/", /^name the file/],
    ["sqlite::memory:", /^write memory:/],
    ["sqlite://data/app.db", /^write sqlite:data\/app\.db/],
    ["sqlite:app.db?mode=ro", /takes no parameters/],
    ["memory:app", /takes nothing after/],
    ["sqlte:app.db", /^there is no store "sqlte:"\. Did you mean sqlite\?/],
    ["postgres:app", /^write postgres:\/\/user:password@host/],
    ["postgres://db", /^write postgres:\/\/user:password@host/],
    ["postgers://db/app", /^there is no store "postgers:"\. Did you mean postgres\?/],
    ["mongodb+srv://db/app", /no MongoDB store yet/],
  ] as const;
  for (const [text, message] of bad)
    it(`cannot be "${text}"`, () => assert.throws(() => parseStoreUrl(text), { message }));

  it("is told without its password", () => {
    assert.equal(withoutPassword("postgres://u:p@ss@db/app"), "postgres://***@db/app");
    const replica = encodeURIComponent("postgres://u:p@ss@standby/app");
    assert.equal(
      withoutPassword(`postgres://u:p@ss@db/app?replica=${replica}&schema=a`),
      "postgres://***@db/app?replica=***&schema=a",
    );
    assert.equal(withoutPassword("sqlite:./data/app.db"), "sqlite:./data/app.db");
  });
});
