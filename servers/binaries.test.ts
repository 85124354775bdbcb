import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { canReach } from "./account.ts";
import { bundledFor, linkLibraries, newestIn, runnable } from "./binaries.ts";

/** Only root has an account for servers, and may give it what is copied. */
const isRoot = process.getuid?.() === 0;

const STRANGER = { uid: 4_000_000, gid: 4_000_000 };

test("what cannot be had is said in words", () => {
  assert.match(reason(bundledFor("sunos-x64")), /npm has no PostgreSQL .* on sunos-x64/);
  const other = process.platform === "darwin" ? "linux-ppc64" : "darwin-arm64";
  assert.match(reason(bundledFor(other)), new RegExp(`${other} is not installed`));
  assert.match(reason(newestIn(["/nowhere"])), /No PostgreSQL is installed in .* or a folder of PATH/);
});

test("of those that are installed it is the newest, and none that is too old", (t) => {
  const [old, older, newest] = [installed(t, "14.22"), installed(t, "9.6.24"), installed(t, "15.18")];
  const newer = installed(t, "15.9");
  assert.equal(
    reason(newestIn([older, old])),
    "PostgreSQL 14.22 is installed; the oldest that is tested is 15.",
  );
  const found = newestIn([older, newer, newest, old, "/nowhere"]);
  assert.ok(typeof found !== "string");
  assert.deepEqual([found.version, found.bin], ["15.18", newest]);
});

test("one that does not run says so", (t) => {
  const broken = installed(t, "broken");
  assert.match(reason(newestIn([broken])), /does not run: .*says "postgres \(PostgreSQL\) broken"/);
});

test("programs that the account cannot reach are copied to where it can, once", {
  skip: isRoot ? false : "Only root copies programs for another account.",
}, (t) => {
  const bin = installed(t, "18.4");
  const home = join(bin, "..");
  withLibrary(home);
  linkLibraries(home);
  const binaries = { home, bin, version: "18.4" };
  const copied = runnable(binaries, STRANGER);
  assert.equal(canReach(STRANGER, copied.bin), true);
  assert.match(readFileSync(join(copied.bin, "postgres"), "utf8"), /18\.4/);
  assert.equal(readlinkSync(join(copied.home, "lib/libx.so.1")), "libx.so.1.2");
  assert.deepEqual(runnable(binaries, STRANGER), copied);
});

test("links that npm has not made are made, once", (t) => {
  const home = join(installed(t, "18.4"), "..");
  linkLibraries(home);
  withLibrary(home);
  for (const _ of [1, 2]) linkLibraries(home);
  assert.equal(readFileSync(join(home, "lib/libx.so.1"), "utf8"), "x");
});

test("programs that the account can reach stay where they are", (t) => {
  const bin = installed(t, "18.4");
  const binaries = { home: join(bin, ".."), bin, version: "18.4" };
  assert.equal(runnable(binaries, null), binaries);
});

/** A folder with programs that say a version, below one that is closed to all others. */
function installed(t: TestContext, version: string): string {
  const bin = join(temporary(t), "native/bin");
  mkdirSync(bin, { recursive: true });
  for (const name of ["initdb", "postgres"]) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "postgres (PostgreSQL) ${version}"\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

/** A library, and the list of its links. */
function withLibrary(home: string): void {
  mkdirSync(join(home, "lib"));
  writeFileSync(join(home, "lib/libx.so.1.2"), "x");
  const link = { source: "native/lib/libx.so.1.2", target: "native/lib/libx.so.1" };
  writeFileSync(join(home, "pg-symlinks.json"), JSON.stringify([link]));
}

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "plinth-binaries-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function reason(found: unknown): string {
  assert.ok(typeof found === "string");
  return found;
}
