import { once } from "node:events";
import { createReadStream } from "node:fs";
import { request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { good } from "../faults/certificates.js";

/** The published widget as it is. Compiled into it are the address of its own page, and the API's. */
const PACKAGE = new URL("dist/", import.meta.resolve("@kloudless/file-picker/package.json"));
export const PICKER = "static-cdn.kloudless.com";
const PICKER_FOLDER = "/p/platform/file-picker/v2/";
export const API = "test-api.kloudless.com";
/** Of the same site as the widget's page, whose storage Chromium would keep from another site. */
export const APPLICATION = "application.kloudless.com";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".css": "text/css",
  ".js": "text/javascript",
  ".json": "application/json",
};

export interface PickerHosts {
  /** What makes Chromium find the hosts here, and no other host anywhere. */
  switches: readonly string[];
  /**
   * What the API has been asked since the last look, with the status of each answer; of preflights, those that were refused. Ids
   * stand as `…`.
   */
  calls(): string[];
  close(): void;
}

/** The three hosts by https: the application's page, the widget's files, and a proxy that ends TLS before the server at `api`. */
export const openPickerHosts = async (api: string, page: () => string): Promise<PickerHosts> => {
  let calls: string[] = [];
  const forward = (request: IncomingMessage, response: ServerResponse): void => {
    const { method = "", url = "", headers } = request;
    const onward = ask(api + url, { method, headers: { ...headers, "x-forwarded-proto": "https" } }, (answer) => {
      const { statusCode = 0 } = answer;
      if (method !== "OPTIONS" || statusCode !== 204) calls.push(`${method} ${withoutIds(url)} ${statusCode}`);
      answer.pipe(response.writeHead(statusCode, answer.headers));
    });
    request.pipe(onward);
  };
  const server = createServer(good, (request, response) => {
    const { host, pathname } = new URL(request.url ?? "", `https://${request.headers.host}`);
    if (host === API) forward(request, response);
    else if (host === PICKER) sendFile(`picker/${pathname.slice(PICKER_FOLDER.length)}`, response);
    else if (pathname === "/loader.min.js") sendFile("loader/loader.min.js", response);
    else response.setHeader("content-type", "text/html").end(page());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    switches: [
      "--ignore-certificate-errors",
      `--host-resolver-rules=MAP *.kloudless.com:443 127.0.0.1:${port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
    ],
    calls() {
      const taken = calls;
      calls = [];
      return taken;
    },
    close: () => server.close(),
  };
};

/** 404 for what the package has not. */
const sendFile = (path: string, response: ServerResponse): void => {
  createReadStream(new URL(path, PACKAGE))
    .once("open", () => response.setHeader("content-type", TYPES[extname(path)] ?? "application/octet-stream"))
    .once("error", () => response.writeHead(404).end())
    .pipe(response);
};

const withoutIds = (url: string): string =>
  url.replace(
    /(app_id=|client_id=|flow=|state=|request_id=|\/drop\/|\/(?:files|folders)\/(?=[\w-]{20}))[\w-]+/g,
    "$1…",
  );
