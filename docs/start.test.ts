import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { served } from "../resilience/served.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

it("npm start shows the product, with nothing set up before", { timeout: 60_000 }, async (t) => {
  const script = readFileSync(new URL("./start.sh", import.meta.url), "utf8");
  const command = script.match(/^npm install && (npm start)$/m)?.[1];
  assert.ok(command, "the pages show the command that is run here");
  const product = await served(root, command, { PORT: "0", PLINTH_STORE: "memory:" });
  t.after(() => product.stop());
  const page = await fetch(product.url, { headers: { accept: "text/html", connection: "close" } });
  assert.equal(page.status, 200);
  assert.match(await page.text(), /<html/);
});
