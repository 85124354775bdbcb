import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { type Running, running } from "../site.fixture.ts";

/** The reference in a real browser: the system's Chromium, or the one that CHROMIUM names. */
describe("the reference", () => {
  let site: Running;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];
  before(async () => {
    site = await running();
    const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    page = await browser.newPage();
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    page.on("request", (request) => request.url().startsWith(site.url) || faults.push(request.url()));
    await page.goto(`${site.url}/docs`);
  });
  after(async () => {
    await browser.close();
    await site.stop();
  });
  const operation = (id: string) => page.locator(`[id="${id}"]`);

  it("sends a command as it is filled in, and shows the answer", async () => {
    const deposit = operation("account.deposit");
    await deposit.locator("input[name=id]").fill("a/1");
    await deposit.getByText("Headers").first().click();
    await deposit.locator("input[name=Idempotency-Key]").fill("k1");
    await deposit.getByRole("button", { name: "Send" }).click();
    await deposit.locator("output .status").waitFor();
    assert.equal(await deposit.locator("output .status").textContent(), "201 Created");
    assert.match((await deposit.locator("output").textContent())!, /"balance": 100/);
  });

  it("follows a stream until it is stopped", async () => {
    const list = operation("balances.list");
    await list.getByRole("button", { name: "Watch" }).click();
    await list.locator("output").getByText('"account":"a/1"').waitFor();
    await list.getByRole("button", { name: "Stop" }).click();
    await list.getByText("Stopped.").waitFor();
  });

  it("finds operations by their words", async () => {
    await page.locator("#search").fill("post deposit");
    assert.deepEqual(await page.locator("nav li[data-words]:visible").allTextContents(), [
      "POST /accounts/{id}/deposit",
    ]);
  });

  it("runs under its policy without a fault, and asks nobody else", () => assert.deepEqual(faults, []));
});
