import assert from "node:assert/strict";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { Running } from "plinth";
import { Faults, samples, startHiring } from "../hiring.fixture.ts";
import { importSamples } from "../samples.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

const OTHER_PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** The system's browser, or null. */
function findChromium(): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const places = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...places, ...OTHER_PLACES].find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const executablePath = findChromium();
const isCi = process.env.CI === "true";
const skip = executablePath === null && !isCi ? "This machine has no Chromium or Chrome." : false;

const WIDE = { width: 1400, height: 900 };
const NARROW = { width: 400, height: 860 };
/** WCAG 2.2, 1.4.10: what a window of 1280 pixels has at a zoom of 400%. */
const ZOOMED = { width: 320, height: 256 };

describe("the pages in a browser", { skip }, () => {
  let browser: Browser;
  let running: Running;
  let url: string;
  let jobs: readonly string[];
  const faults = new Faults();

  before(async () => {
    assert.ok(executablePath, "CI must have Chromium or Chrome.");
    ({ url, running } = await startHiring(faults));
    await importSamples(running.operations);
    const list = await fetch(`${url}/jobs?sort=reference`);
    jobs = ((await list.json()) as { items: { id: string }[] }).items.map(({ id }) => `/jobs/${id}`);
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });

  after(async () => {
    await browser?.close();
    await running?.stop();
    assert.deepEqual(faults.messages, []);
  });

  /** Opens a path, and collects what the browser complains about. */
  async function open(path: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ viewport: WIDE, reducedMotion: "reduce", ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText;
      // The icon of a page that is left before it has come.
      if (why !== "net::ERR_ABORTED") complaints.push(`${request.url()} failed: ${why}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400) complaints.push(`${response.url()} answered ${response.status()}`);
    });
    await page.goto(url + path);
    return { page, complaints, close: () => context.close() };
  }

  for (const colorScheme of ["light", "dark"] as const)
    for (const [size, viewport] of Object.entries({ wide: WIDE, narrow: NARROW }))
      it(`are accessible, ${colorScheme} and ${size}`, async () => {
        const { page, complaints, close } = await open("/", { colorScheme, viewport });
        for (const path of [
          "/",
          jobs[1]!,
          `${jobs[2]}#quote-5`,
          `${jobs[3]}#finding-5`,
          "/jobs/nobody",
          "/import",
        ]) {
          await page.goto(url + path);
          assert.deepEqual(await violations(page), [], path);
        }
        assert.deepEqual(
          complaints.filter((complaint) => !/404/.test(complaint)),
          [],
        );
        await close();
      });

  it("have landmarks, one first heading, and a title", async () => {
    for (const path of ["/", ...jobs]) {
      const { page, close } = await open(path);
      assert.equal(await page.locator("html").getAttribute("lang"), "en");
      for (const landmark of ["banner", "navigation", "main"] as const)
        assert.equal(await page.getByRole(landmark).count(), 1, `${landmark} of ${path}`);
      const heading = await page.getByRole("heading", { level: 1 }).textContent();
      assert.equal(await page.title(), `${heading} · Hiring`);
      await close();
    }
  });

  it("lead from the list to each job, and back", async () => {
    const { page, close } = await open("/");
    assert.equal(await page.getByRole("article").count(), 4);
    await page.getByRole("link", { name: "Backend Architect" }).click();
    assert.equal(new URL(page.url()).pathname, jobs[2]);
    await page.getByRole("link", { name: "All jobs" }).click();
    assert.equal(new URL(page.url()).pathname, "/");
    await close();
  });

  it("show each finding beside its quote, and point both ways", async () => {
    for (const path of jobs) {
      const { page, close } = await open(path);
      const numbers = await page.locator(".finding > .number").allTextContents();
      assert.ok(numbers.length > 20, path);
      for (const number of numbers) {
        const [quote, finding] = [page.locator(`mark#quote-${number}`), page.locator(`li#finding-${number}`)];
        assert.equal(await quote.count(), 1);
        assert.equal(await page.locator(`mark a[href="#finding-${number}"]`).count(), 1);
        assert.equal(await finding.locator(`> a[href="#quote-${number}"]`).count(), 1);
      }
      await close();
    }
  });

  it("bring a quote into sight beside its finding, and the finding beside its quote, by keyboard", async () => {
    const { page, close } = await open(jobs[2]!);
    const last = page.locator(".group.benefits .finding > .number").last();
    const number = await last.textContent();
    await last.focus();
    await page.keyboard.press("Enter");
    const quote = page.locator(`mark#quote-${number}:target`);
    await quote.waitFor();
    assert.ok(await isInSight(page, `#quote-${number}`));
    assert.ok(await isInSight(page, `#finding-${number}`), "the finding stays in sight");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate("document.activeElement.hash"), `#finding-${number}`);
    await page.keyboard.press("Enter");
    await page.locator(`li#finding-${number}:target`).waitFor();
    assert.ok(await isInSight(page, `#quote-${number}`), "the quote stays in sight");
    await close();
  });

  it("highlight what is pointed at", async () => {
    const { page, close } = await open(jobs[2]!);
    for (const selector of ["#quote-9", "#finding-9"]) {
      const before = await style(page, `document.querySelector("${selector}")`, "backgroundColor");
      await page.goto(`${url}${jobs[2]}${selector}`);
      const after = await style(page, `document.querySelector("${selector}")`, "backgroundColor");
      assert.notEqual(after, before, selector);
    }
    await close();
  });

  it("let the keyboard skip to the content, and show where it is", async () => {
    const { page, close } = await open("/");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate("document.activeElement.textContent"), "Skip to the content");
    assert.ok(await isInSight(page, ".skip"));
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate("document.activeElement.id"), "main");
    await page.keyboard.press("Tab");
    assert.match(await page.evaluate("document.activeElement.href"), /\/import$/);
    assert.equal(await style(page, "document.activeElement", "outlineStyle"), "solid");
    await close();
  });

  it("take a job from its document to its end, without scripts", async () => {
    const { page, complaints, close } = await open("/", { javaScriptEnabled: false });
    await page.getByRole("link", { name: "Import a job spec" }).click();
    const hostile = "</textarea><script>alert(1)</script>";
    await page.getByLabel("Or its text").fill(hostile);
    await page.getByRole("button", { name: "Import" }).click();
    assert.match((await page.getByRole("alert").textContent())!, /not a job spec/);
    assert.equal(await page.getByLabel("Or its text").inputValue(), hostile);
    assert.deepEqual(
      complaints.splice(0).filter((complaint) => !/400/.test(complaint)),
      [],
    );

    const [name, document] = [...samples][0]!;
    const file = { name: "spec.md", mimeType: "text/markdown", buffer: document };
    await page.getByLabel("A file").setInputFiles(file);
    await page.getByLabel("Reference").fill(name);
    await page.getByRole("button", { name: "Import" }).click();
    assert.equal(await page.getByRole("alert").textContent(), "Another job already has this reference.");
    await page.getByLabel("A file").setInputFiles(file);
    await page.getByLabel("Reference").fill("");
    await page.getByRole("button", { name: "Import" }).click();
    assert.equal(await page.locator("h1").textContent(), "Senior Software Engineer");
    assert.match((await page.locator(".facts").textContent())!, /draft\s+spec\.md/);

    await page.getByRole("button", { name: "Open for applications" }).click();
    assert.equal(await page.locator(".status").textContent(), "open");
    await page.getByText("Close this job").click();
    await page.getByLabel("Why it is closed").fill("Filled.");
    await page.getByRole("button", { name: "Close for good" }).click();
    assert.match((await page.locator(".facts").textContent())!, /closed.+: Filled\./s);
    assert.equal(await page.getByRole("button").count(), 0);
    await close();
  });

  it("need no script", async () => {
    const { page, complaints, close } = await open(jobs[0]!, { javaScriptEnabled: false });
    assert.equal(await page.locator("script").count(), 0);
    await page.locator(".group.nice .finding > .number").first().click();
    assert.match(page.url(), /#quote-\d+$/);
    assert.equal(await page.locator("mark:target").count(), 1);
    assert.deepEqual(complaints, []);
    await close();
  });

  it("never scroll sideways, not even at a zoom of 400%", async () => {
    for (const viewport of [WIDE, NARROW, ZOOMED])
      for (const path of ["/", "/import", ...jobs]) {
        const { page, close } = await open(path, { viewport });
        const width = await page.evaluate("document.documentElement.scrollWidth");
        assert.ok((width as number) <= viewport.width, `${path} at ${viewport.width}`);
        await close();
      }
  });

  it("stand side by side where there is room, and one below the other where there is none", async () => {
    for (const [viewport, isBeside] of [
      [WIDE, true],
      [NARROW, false],
    ] as const) {
      const { page, close } = await open(jobs[0]!, { viewport });
      const document = (await page.locator(".pane.document").boundingBox())!;
      const findings = (await page.locator(".pane.findings").boundingBox())!;
      assert.equal(document.x + document.width <= findings.x, isBeside);
      assert.equal(document.y + document.height <= findings.y, !isBeside);
      await close();
    }
  });
});

/** What axe finds against WCAG 2.2 AA and its own best practices, in short. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate("axe.run()")) as axe.AxeResults;
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 200)} (${nodes.length})`);
}

/** One computed style of an element that an expression gives. */
function style(page: Page, element: string, property: string): Promise<unknown> {
  return page.evaluate(`getComputedStyle(${element}).${property}`);
}

/** Whether an element is within the window, and not scrolled out of its pane. */
function isInSight(page: Page, selector: string): Promise<unknown> {
  return page.evaluate(`(() => {
    const element = document.querySelector("${selector}");
    const { top, bottom } = element.getBoundingClientRect();
    const pane = element.closest(".pane")?.getBoundingClientRect() ?? { top: 0, bottom: innerHeight };
    return top >= Math.max(0, pane.top) && bottom <= Math.min(innerHeight, pane.bottom);
  })()`);
}
