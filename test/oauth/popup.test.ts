import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { createTrustedDomain } from "../../src/unified/applications/trustedDomains.js";
import { installChromium, launchChromium } from "../support/chromium.js";
import { openSetting, type Setting } from "./setting.js";

const missing = await installChromium();

/** The published widget as it is, and a page of an application that uses it. */
const AUTHENTICATOR = new URL(
  "build/kloudless-authenticator.js",
  import.meta.resolve("@kloudless/authenticator/package.json"),
);
const pageOf = (baseUrl: string, options: object): string => `<!doctype html>
<title>An application</title>
<button id="connect">Connect</button><pre id="result"></pre>
<script src="/authenticator.js"></script>
<script>
  const auth = window.Kloudless.auth;
  auth.setGlobalOptions({ baseUrl: ${JSON.stringify(baseUrl)} });
  auth.authenticator(document.getElementById("connect"), ${JSON.stringify(options)}, (result) => {
    document.getElementById("result").textContent = JSON.stringify(result);
  });
</script>`;

describe("the pop-up of the published authenticator, in Chromium", { skip: missing }, () => {
  let setting: Setting;
  let browser: Browser;
  let site: Server;
  let options: object;
  /** Of the application's page; the host is what is trusted. */
  let origin: string;
  before(async () => {
    setting = await openSetting();
    const script = await readFile(fileURLToPath(AUTHENTICATOR));
    site = createServer((request, response) => {
      if (request.url === "/authenticator.js")
        return response.writeHead(200, { "content-type": "text/javascript" }).end(script);
      return response.writeHead(200, { "content-type": "text/html" }).end(pageOf(setting.url, options));
    });
    site.listen(0, "127.0.0.1");
    await once(site, "listening");
    origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    browser = await launchChromium();
  });
  after(async () => {
    await browser.close();
    site.close();
    await setting.closeCore();
  });

  /** Opens the application's page and presses its button. */
  const press = async (page: Page, given: object): Promise<Page> => {
    options = { client_id: setting.application, ...given };
    await page.goto(`${origin}/`);
    const [popup] = await Promise.all([page.waitForEvent("popup"), page.click("#connect")]);
    await popup.waitForLoadState();
    return popup;
  };
  const resultOf = async (page: Page): Promise<Record<string, unknown>> => {
    await page.waitForFunction(() => document.getElementById("result")?.textContent !== "", null, { timeout: 15_000 });
    return JSON.parse((await page.textContent("#result")) ?? "");
  };
  const submit = (popup: Page) => popup.getByRole("button", { name: "Connect" }).click();

  test("a page that is not trusted is told nothing", async () => {
    const page = await browser.newPage();
    const popup = await press(page, { scope: "sandbox" });
    await popup.getByText("not one that First application trusts").waitFor();
    assert.equal(await page.textContent("#result"), "");
    await page.close();
  });

  test("a trusted page is given the token, verifies it and reads the account", async () => {
    await createTrustedDomain(setting.session, setting.application, new URL(origin).host);
    const page = await browser.newPage();
    const answers: [path: string, status: number][] = [];
    page.on("response", (response) => {
      const url = new URL(response.url());
      if (url.origin === setting.url) answers.push([url.pathname + url.search, response.status()]);
    });
    const last = page.waitForResponse(/retrieve_full=False/);
    const popup = await press(page, {
      scope: ["sandbox.storage", "sandbox.crm", "webdav"],
      extra_data: { seed: "popup" },
      custom_properties: { from: "popup" },
    });
    await popup.getByRole("link", { name: "Sandbox" }).click();
    assert.equal(await popup.getByLabel("Seed").inputValue(), "popup");
    await submit(popup);
    // The widget closes the window when it has heard.
    const [result] = await Promise.all([resultOf(page), popup.isClosed() || popup.waitForEvent("close")]);
    const account = result.account as Record<string, unknown>;
    assert.equal(result.token_type, "Bearer");
    assert.equal(result.scope, "sandbox:normal.storage sandbox:normal.crm");
    assert.deepEqual(account.apis, ["storage", "crm"]);
    assert.deepEqual([account.service, account.type, account.admin], ["sandbox", "account", false]);
    assert.deepEqual(account.custom_properties, { from: "popup" });
    await last;
    assert.deepEqual(answers, [
      ["/static/iexd.html", 200],
      ["/v1/oauth/token/", 200],
      [`/v1/accounts/${account.id}/?retrieve_full=False`, 200],
    ]);
    await page.close();
  });

  test("who cancels is told too", async () => {
    const page = await browser.newPage();
    const popup = await press(page, { scope: "webdav" });
    await popup.getByRole("button", { name: "Cancel" }).click();
    const { error, account } = await resultOf(page);
    assert.deepEqual([error, account], ["access_denied", undefined]);
    await page.close();
  });

  test("the pages fit a phone, every input has its label, and all can be done with the keyboard", async () => {
    const phone = await browser.newContext({ viewport: { width: 320, height: 640 }, javaScriptEnabled: false });
    const page = await phone.newPage();
    await page.goto(setting.asks());
    const wide = () => page.locator("html").evaluate(({ scrollWidth }) => scrollWidth);
    assert.ok((await wide()) <= 320);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/v1\/oauth\/connect\//);
    assert.ok((await wide()) <= 320);
    for (const input of await page.locator("form input").all()) {
      const id = await input.getAttribute("id");
      assert.equal(await page.locator(`label[for="${id}"]`).count(), 1);
      const box = await input.boundingBox();
      assert.ok((box?.height ?? 0) >= 44, "large enough for a thumb");
    }
    await phone.close();
  });
});
