import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Account, give } from "./account.ts";

/** Why no certificates can be made here; false where they can. For the `skip` of a test. */
export function noCertificates(): string | false {
  return spawnSync("openssl", ["version"]).status === 0 ? false : "The program openssl is not installed.";
}

/**
 * Makes `server.crt` and `server.key` in a folder: a certificate for 127.0.0.1 and localhost, signed by itself, so
 * that whoever trusts it can verify the server by it.
 * @throws Error where {@link noCertificates} says so.
 */
export async function certify(folder: string, account: Account | null): Promise<void> {
  const [certificate, key] = [join(folder, "server.crt"), join(folder, "server.key")];
  await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
    ...["-out", certificate, "-keyout", key],
  ]);
  for (const file of [certificate, key]) give(account, file);
}
