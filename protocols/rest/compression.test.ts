import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, describe, it } from "node:test";
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { ask, post, type Running, running } from "./site.fixture.ts";

let site: Running;
before(async () => {
  site = await running();
  for (let at = 0; at < 30; at++) await post(`${site.url}/accounts/k${at}/deposit`, { amount: 5 });
});
after(() => site.stop());

/** The answer as it comes over the wire, not decompressed. */
function wire(
  path: string,
  encoding: string,
): Promise<{ coding: string | undefined; vary: string | undefined; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const asking = request(site.url + path, { headers: { "accept-encoding": encoding } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const body = Buffer.concat(chunks);
        assert.equal(answer.headers["content-length"], String(body.length));
        resolve({ coding: answer.headers["content-encoding"], vary: answer.headers.vary, body });
      });
    });
    asking.on("error", reject).end();
  });
}

describe("compression", () => {
  it("is the coding that the client likes best, with the same content", async () => {
    const plain = (await wire("/accounts", "identity")).body.toString();
    const expand = { br: brotliDecompressSync, zstd: zstdDecompressSync, gzip: gunzipSync };
    for (const [name, decompress] of Object.entries(expand)) {
      const { coding, vary, body } = await wire("/accounts", `${name}, deflate;q=0.5`);
      assert.deepEqual([coding, vary], [name, "Accept, Accept-Encoding"]);
      assert.equal(decompress(body).toString(), plain);
      assert.ok(body.length < plain.length / 2);
    }
  });

  it("is left out where it does not pay, is not taken, or a strong tag names the bytes", async () => {
    assert.equal((await wire("/accounts?limit=1", "gzip")).coding, undefined);
    assert.equal((await wire("/accounts", "deflate, gzip;q=0")).coding, undefined);
    const owner = "x".repeat(100);
    await post(`${site.url}/accounts/open-named`, { owner });
    assert.equal((await wire(`/accounts/${owner}`, "gzip")).coding, undefined);
  });

  it("is understood by usual clients", async () => {
    assert.equal((await ask(`${site.url}/accounts`)).json.items.length, 31);
  });
});
