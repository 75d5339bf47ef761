import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { install } from "../servers/install.js";
import { KEY, serveForTest, type TestServing } from "../support/serving.js";

const CHROMIUM = "/usr/bin/chromium";
const missing = await install({ packages: { chromium: CHROMIUM } });

describe("the reference in Chromium", { skip: missing }, () => {
  let server: TestServing;
  let browser: Browser;
  let page: Page;
  const elsewhere: string[] = [];
  const complaints: string[] = [];
  before(async () => {
    server = await serveForTest({ restRate: 0 });
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"],
    });
    page = await browser.newPage();
    page.on("request", (request) => {
      if (!request.url().startsWith(server.url)) elsewhere.push(request.url());
    });
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
  });
  after(async () => {
    await browser.close();
    await server.closeCore();
  });

  const operation = (id: string) => page.locator(`#${id}`);
  const send = async (id: string, expected: RegExp): Promise<string> => {
    await operation(id).locator("button").click();
    await page.waitForFunction(
      ([selector, pattern]) => new RegExp(pattern).test(document.querySelector(selector)?.textContent ?? ""),
      [`#${id} output`, expected.source] as const,
    );
    return (await operation(id).locator("output").textContent()) ?? "";
  };

  test("every operation of the description stands on it", async () => {
    const description = (await (await fetch(`${server.url}/v1/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    await page.goto(`${server.url}/reference`);
    const shown = await page.locator("details.operation").evaluateAll((all) => all.map(({ id }) => id));
    const described = Object.values(description.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    assert.deepEqual(shown.sort(), described.sort());
  });

  test("every field has a label and every link leads somewhere", async () => {
    const unnamed = await page
      .locator("main input, main textarea")
      .evaluateAll((all) =>
        all.filter((one) => !(one as HTMLInputElement).labels?.length).map(({ outerHTML }) => outerHTML),
      );
    assert.deepEqual(unnamed, []);
    const broken = await page
      .locator('main a[href^="#"]')
      .evaluateAll((all) =>
        all.map((one) => one.getAttribute("href") as string).filter((href) => !document.getElementById(href.slice(1))),
      );
    assert.deepEqual(broken, []);
  });

  test("an operation is tried: a folder is made and listed", async () => {
    await page.fill("#key-bar input", KEY.replaceAll(" ", "-"));
    await operation("createStorageFolder").locator("summary").first().click();
    await page.fill("#createStorageFolder-path-account_id", "2");
    await page.fill("#createStorageFolder-json", '{"name": "Tried on the page"}');
    await send("createStorageFolder", /^201 /);
    await operation("listStorageFolderContents").locator("summary").first().click();
    await page.fill("#listStorageFolderContents-path-account_id", "2");
    await page.fill("#listStorageFolderContents-path-id", "root");
    assert.match(await send("listStorageFolderContents", /^200 /), /Tried on the page/);
  });

  test("the line for a shell follows the form", async () => {
    const shown = await operation("createStorageFolder").locator(".curl").textContent();
    assert.equal(
      shown,
      [
        `curl -X POST '${server.url}/v1/accounts/2/storage/folders'`,
        `-H "Authorization: APIKey $UNIGRAPH_API_KEY"`,
        "-H 'Content-Type: application/json'",
        `-d '{"name": "Tried on the page"}'`,
      ].join(" \\\n  "),
    );
  });

  test("bytes go up as they are, and an error is told", async () => {
    await operation("createStorageFile").locator("summary").first().click();
    await page.fill("#createStorageFile-path-account_id", "2");
    await page.setInputFiles("#createStorageFile-bytes", {
      name: "tried.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("twelve bytes"),
    });
    assert.match(await send("createStorageFile", /^\d/), /^400 /);
    await page.fill(
      "#createStorageFile-header-X-Kloudless-Metadata",
      JSON.stringify({ name: "tried.txt", parent_id: "root" }),
    );
    assert.match(await send("createStorageFile", /^201 /), /"size": 12,/);
  });

  test("it asked nobody but this server, and its policy let all of it run", () => {
    assert.deepEqual(elsewhere, []);
    assert.deepEqual(
      complaints.filter((text) => !/status of 400/.test(text)),
      [],
    );
  });
});
