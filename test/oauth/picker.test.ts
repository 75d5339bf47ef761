import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { createTrustedDomain } from "../../src/unified/applications/trustedDomains.js";
import { installChromium, launchChromium } from "../support/chromium.js";
import { API, APPLICATION, openPickerHosts, PICKER, type PickerHosts } from "./pickerHosts.js";
import { openSetting, type Setting } from "./setting.js";

const missing = await installChromium();

/** An application's page: its two buttons open the picker, and `told` holds every event with its data. */
const pageOf = (options: object, file: object): string => `<!doctype html>
<title>An application</title>
<button id="choose">Choose</button> <button id="save">Save</button>
<script src="/loader.min.js"></script>
<script>
  const told = [];
  const picker = window.Kloudless.filePicker.picker(${JSON.stringify(options)});
  for (const event of ["success", "error", "addAccount", "deleteAccount"])
    picker.on(event, (data) => told.push([event, data]));
  picker.choosify(document.getElementById("choose"));
  picker.savify(document.getElementById("save"), [${JSON.stringify(file)}]);
</script>`;

/** What the picker asks first, in either order. */
const BEGINNING = [
  "GET /file-picker/config/?app_id=… 200",
  "GET /file-picker/config/?app_id=…&origin=https%3A%2F%2Fapplication.kloudless.com 200",
  "GET /v1/public/services?apis=storage&app_id=… 200",
];
const AUTHORIZATION =
  "client_id=…&response_type=token&redirect_uri=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob" +
  "&scope=sandbox%3Anormal.storage+sandbox%3Anormal.basic&state=…&request_id=…" +
  "&origin=https%3A%2F%2Fstatic-cdn.kloudless.com&referrer=picker";
/** What it asks of an account before it shows the root. */
const ACCOUNT = [
  "GET /v1/accounts/?active=True 200",
  "GET /v1/accounts/1/storage/folders/root 200",
  "GET /v1/accounts/1/storage/folders/…/contents?page=1&page_size=1000 200",
];

type Told = Record<string, unknown>;

describe("the published file picker, in Chromium", { skip: missing }, () => {
  let setting: Setting;
  let hosts: PickerHosts;
  /** Has the file that is saved. */
  let site: Server;
  let browser: Browser;
  let page: Page;
  let picker: FrameLocator;
  let options: object = {};
  before(async () => {
    setting = await openSetting();
    for (const host of [APPLICATION, PICKER]) await createTrustedDomain(setting.session, setting.application, host);
    site = createServer((_, response) => response.end("figures")).listen(0, "127.0.0.1");
    await once(site, "listening");
    const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/figures`;
    hosts = await openPickerHosts(setting.url, () =>
      pageOf({ app_id: setting.application, ...options }, { url, name: "figures.txt" }),
    );
    browser = await launchChromium(...hosts.switches);
    page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    picker = page.frameLocator("iframe.kloudless-modal");
  });
  after(async () => {
    await browser.close();
    hosts.close();
    site.close();
    await setting.closeCore();
  });

  const open = async (given: object): Promise<void> => {
    options = given;
    await page.goto(`https://${APPLICATION}/`);
    await page.click("#choose");
  };
  const row = (name: string): Locator => picker.locator("tr.ftable__row", { hasText: name });
  const press = (name: string): Promise<void> => picker.getByRole("button", { name, exact: true }).click();
  /** The data of the next event of this name. */
  const told = async (event: string): Promise<unknown> => {
    await page.waitForFunction(`told.some(([name]) => name === ${JSON.stringify(event)})`);
    const events = (await page.evaluate("told.splice(0)")) as [string, unknown][];
    return events.find(([name]) => name === event)?.[1];
  };
  /** At our server, what the page knows by the API's address. */
  const get = (address: unknown, token = ""): Promise<Response> => {
    const { host, pathname } = new URL(String(address));
    assert.equal(host, API);
    return fetch(setting.url + pathname, { headers: token === "" ? {} : { authorization: `Bearer ${token}` } });
  };
  const refused = (): string[] => hosts.calls().filter((call) => !call.endsWith(" 200"));
  let token: string;

  test("an account is connected in the pop-up, and its root is shown", async () => {
    await open({ retrieve_token: true, link: true, link_options: { direct: true } });
    const [popup] = await Promise.all([page.waitForEvent("popup"), picker.getByText("Sandbox").click()]);
    await popup.getByLabel("Seed").fill("picker");
    const [first, second, third, ...others] = hosts.calls();
    assert.deepEqual([first, second, third].sort(), BEGINNING);
    assert.deepEqual(others, [`GET /v1/oauth/?${AUTHORIZATION} 200`]);
    await popup.getByRole("button", { name: "Connect" }).click();
    await row("Welcome.md").waitFor();
    assert.deepEqual(hosts.calls(), ["POST /v1/oauth/connect/sandbox?flow=… 200", ...ACCOUNT]);
    const { bearer_token, ...account } = (await told("addAccount")) as Told;
    assert.deepEqual(account, { id: 1, name: "dmitri.berg@sandbox.invalid", service: "sandbox" });
    token = (bearer_token as { key: string }).key;
  });

  test("a file of a folder is chosen: the page is told all about it, and has a link to its bytes", async () => {
    await row("Contracts").dblclick();
    await row("Costa").click();
    await press("Select");
    const [file] = (await told("success")) as [Told];
    assert.deepEqual(hosts.calls(), [
      "GET /v1/accounts/1/storage/folders/…/contents?page=1&page_size=1000 200",
      "POST /v1/accounts/1/storage/links/ 201",
    ]);
    assert.equal(file.path, "/Contracts/Costa Lda. – contract.pdf");
    assert.deepEqual([file.type, file.account, file.bearer_token], ["file", 1, { key: token }]);
    const same = await get(file.href, token);
    assert.equal(((await same.json()) as Told).id, file.id);
    assert.match(await (await get(file.link)).text(), /^%PDF/);
  });

  test("the account is remembered, and searched", async () => {
    await open({ retrieve_token: true });
    await row("Welcome.md").waitFor();
    const [first, second, third, ...others] = hosts.calls();
    assert.deepEqual([first, second, third].sort(), BEGINNING);
    assert.deepEqual(others, ACCOUNT);
    await picker.locator(".icon__search").click();
    await picker.getByPlaceholder("Search").fill("annual report");
    await row("annual report.md").waitFor();
    assert.deepEqual(hosts.calls(), ["GET /v1/accounts/1/storage/search/?q=annual%20report 200"]);
    await picker.locator(".icon__back:visible").click();
  });

  test("a folder is made, and a file of the page saved in it", async () => {
    await picker.locator(".icon__new-folder").click();
    await picker.locator(".mkdir-form__input:visible").fill("Figures");
    await picker.locator(".mkdir-form__button:visible").click();
    await picker.getByText("No Files Found").first().waitFor();
    await picker.locator(".icon__close:visible").first().click();
    await page.locator("iframe.kloudless-modal").waitFor({ state: "hidden" });
    await page.click("#save");
    await picker.locator(".ftable__saver-input").fill("saved.txt");
    await press("Save");
    const [file] = (await told("success")) as [Told];
    assert.deepEqual(hosts.calls(), [
      "POST /v1/accounts/1/storage/folders/ 201",
      "GET /v1/accounts/1/storage/folders/…/contents?page=1&page_size=1000 200",
      "POST /v1/accounts/1/storage/files/?overwrite=false 201",
    ]);
    assert.equal(file.path, "/Figures/saved.txt");
    assert.equal(await (await get(`${file.href}/contents`, token)).text(), "figures");
  });

  test("a folder is chosen", async () => {
    await open({ types: ["folders"] });
    await row("Photos").click();
    await press("Select");
    const [folder] = (await told("success")) as [Told];
    assert.deepEqual([folder.type, folder.path, folder.bearer_token], ["folder", "/Photos", undefined]);
    assert.deepEqual(refused(), []);
  });

  test("without an upload location there is no computer to choose from, and nothing is copied there", async () => {
    await open({ computer: true, copy_to_upload_location: "sync" });
    await row("Welcome.md").click();
    await picker.locator(".account-selector__button:visible").click();
    await picker.getByText("Manage Accounts").waitFor();
    assert.equal(await picker.getByText("My Device").count(), 0);
    await press("Select");
    const [file] = (await told("error")) as [{ error: Told }];
    assert.equal(file.error.error_code, "not_implemented");
    assert.deepEqual(
      new Set(refused()),
      new Set([
        "OPTIONS /drop/… 404",
        "POST /v1/accounts/1/storage/files/…/copy?return_type=task&link=false&link_options=%7B%7D 501",
      ]),
    );
  });

  test("who logs out is disconnected", async () => {
    await page.evaluate("picker.logout(true)");
    await told("deleteAccount");
    assert.deepEqual(hosts.calls(), ["DELETE /v1/accounts/1/ 204"]);
    assert.equal((await get(`https://${API}/v1/accounts/me`, token)).status, 401);
    await open({});
    await picker.getByText("choose a service").waitFor();
  });
});
