import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { TOUR } from "../../src/server/pages/tour.js";
import { installChromium, launchChromium } from "../support/chromium.js";
import { KEY, serveForTest, type TestServing } from "../support/serving.js";

const missing = await installChromium();

describe("the explorer in Chromium", { skip: missing }, () => {
  let server: TestServing;
  let browser: Browser;
  let page: Page;
  const elsewhere: string[] = [];
  before(async () => {
    server = await serveForTest();
    browser = await launchChromium();
    page = await browser.newPage();
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(server.url) && !/^(data|blob):/.test(url)) elsewhere.push(url);
    });
  });
  after(async () => {
    await browser.close();
    await server.closeCore();
  });

  const shows = (place: string, expected: RegExp, timeout: number): Promise<unknown> =>
    page.waitForFunction(
      ([selector, pattern]) => new RegExp(pattern).test(document.querySelector(selector)?.textContent ?? ""),
      [place, expected.source] as const,
      { timeout },
    );
  /** The button may be pressed before the page has taken in the tab; a person presses it again. */
  const answer = async (expected: RegExp): Promise<void> => {
    for (let tries = 1; ; tries++) {
      await page.click(".graphiql-execute-button");
      try {
        await shows(".graphiql-response", expected, 5_000);
        return;
      } catch (error) {
        if (tries === 5) throw error;
      }
    }
  };

  test("the first address leads to it, with the tour as its tabs", async () => {
    await page.goto(server.url);
    await page.waitForSelector(".graphiql-execute-button");
    assert.equal(new URL(page.url()).pathname, "/explorer");
    assert.equal(await page.locator(".graphiql-tab").count(), TOUR.length);
  });

  test("the key is asked for once, and the first tab answers", async () => {
    await page.fill("#key-bar input", KEY.replaceAll(" ", "-"));
    await answer(/"sandbox"/);
  });

  test("the next tab shows real files", async () => {
    // Its tabs still slide into place, so a pointer would chase them.
    await page.locator(".graphiql-tab-button").nth(1).dispatchEvent("click");
    await shows(".graphiql-query-editor", /Files\(/, 20_000);
    await answer(/"contents"/);
  });

  test("one contact, everywhere: the company, mails and meetings of the sandbox's world", async () => {
    const place = TOUR.findIndex(({ title }) => title === "One contact");
    await page.locator(".graphiql-tab-button").nth(place).dispatchEvent("click");
    await shows(".graphiql-query-editor", /OneContact/, 20_000);
    await answer(/"correspondence"/);
  });

  test("it asked nobody but this server", () => {
    assert.deepEqual(elsewhere, []);
  });
});
