import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server as Listener } from "node:net";
import { after, before, describe, test } from "node:test";
import type { Fields } from "../../src/connectors/connector.js";
import { ApiError, type ErrorCode } from "../../src/errors.js";
import { good, own } from "../faults/certificates.js";
import { apache } from "../servers/apache.js";
import { cyrus } from "../servers/cyrus.js";
import { install } from "../servers/install.js";
import { INVITED, radicale } from "../servers/radicale.js";
import { type Recipe, type Server, start, USER } from "../servers/server.js";
import { type TestCore, testCore } from "../support/core.js";

/** Addresses of small servers, each with one fault, and of the one that has none. */
interface Places {
  server: string;
  closed: string;
  tls: string;
  unsigned: string;
  speaking: string;
  forbidden: string;
  website: string;
}

type Row = readonly [wrong: string, fields: (places: Places) => Fields, code: ErrorCode, sentence: string];

const toHttp = (url: string): string => url.replace("https:", "http:");
const REFUSED = "The server refuses the user name or the password.";
const UNSIGNED =
  "The server's certificate is not signed by an authority that is trusted here. To trust it all the same, give its fingerprint, FINGERPRINT.";
const NEEDS_TLS = "The server does not speak HTTP at this port without TLS: try https://.";
const IN_ADDRESS = "The address must not hold a user name, a password, `?` or `#`.";

const ROWS: readonly Row[] = [
  [
    "an unknown host",
    () => ({ url: "https://nowhere.invalid/" }),
    "service_not_available",
    "There is no host of this name.",
  ],
  [
    "a closed port",
    ({ closed }) => ({ url: closed }),
    "service_not_available",
    "Nothing listens at this port of the host.",
  ],
  [
    "https:// where there is no TLS",
    ({ server }) => ({ url: server.replace("http:", "https:") }),
    "bad_gateway",
    "The server does not speak TLS at this port.",
  ],
  ["http:// where there is TLS", ({ tls }) => ({ url: toHttp(tls) }), "bad_gateway", NEEDS_TLS],
  [
    "http:// where there is TLS, which the server says",
    ({ speaking }) => ({ url: speaking }),
    "bad_gateway",
    NEEDS_TLS,
  ],
  ["a certificate that is signed by itself", ({ tls }) => ({ url: tls }), "bad_gateway", UNSIGNED],
  ["a certificate of an unknown authority", ({ unsigned }) => ({ url: unsigned }), "bad_gateway", UNSIGNED],
  ["a wrong password", () => ({ password: "wrong" }), "service_unauthorized", REFUSED],
  ["an unknown name", () => ({ username: "nobody" }), "service_unauthorized", REFUSED],
  [
    "no permission",
    ({ forbidden }) => ({ url: forbidden }),
    "service_forbidden",
    "The server does not let this user in at this address.",
  ],
  ["a password in the address", () => ({ url: "https://a:b@example.com/" }), "invalid_parameters", IN_ADDRESS],
  ["a query in the address", () => ({ url: "https://example.com/?a" }), "invalid_parameters", IN_ADDRESS],
];

const OWN: Readonly<Record<string, readonly Row[]>> = {
  caldav: [
    [
      "a web site",
      ({ website }) => ({ url: website }),
      "invalid_parameters",
      "There is no CalDAV server at this address.",
    ],
    [
      "no address of the web",
      () => ({ url: "ftp://example.com/" }),
      "invalid_parameters",
      "The address must be a URL of https:// or http://, a host, or an e-mail address.",
    ],
    [
      "an e-mail address of an unknown domain",
      () => ({ url: "nobody@nowhere.invalid" }),
      "service_not_available",
      "There is no host of this name.",
    ],
    ["no password", () => ({ password: "" }), "invalid_parameters", "CalDAV needs the field password."],
  ],
  webdav: [
    [
      "a web site",
      ({ website }) => ({ url: website }),
      "invalid_parameters",
      "There is no WebDAV server at this address.",
    ],
    [
      "no address of the web",
      () => ({ url: "ftp://example.com/" }),
      "invalid_parameters",
      "The address must be a URL that begins with https:// or http://.",
    ],
    [
      "a wrong path",
      ({ server }) => ({ url: `${server}no/such/` }),
      "invalid_parameters",
      "The server has no folder at this address.",
    ],
    [
      "no name and no password",
      () => ({ username: "", password: "" }),
      "service_unauthorized",
      "The server asks for a user name and a password.",
    ],
    [
      "a token in their place",
      () => ({ username: "", password: "", token: "wrong" }),
      "service_unauthorized",
      "The server refuses the token.",
    ],
    ["a password alone", () => ({ username: "" }), "invalid_parameters", "A password needs a user name."],
  ],
};

const SERVERS: readonly (readonly [service: string, recipe: Recipe, user: { username: string; password: string }])[] = [
  ["caldav", radicale, INVITED],
  ["caldav", cyrus, INVITED],
  ["webdav", apache("Basic"), USER],
  ["webdav", apache("Digest"), USER],
];

/** Each mistake in a form that asks for an address and a password gets one sentence that says what to correct. */
for (const [service, recipe, { username, password }] of SERVERS)
  describe(`${service} on ${recipe.name}: what was typed wrongly`, { skip: await install(recipe) }, () => {
    const listeners: Listener[] = [];
    let server: Server;
    let core: TestCore;
    let places: Places;
    const listen = async (scheme: "http" | "https", listener: Listener): Promise<string> => {
      await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
      listeners.push(listener);
      return `${scheme}://127.0.0.1:${(listener.address() as AddressInfo).port}/`;
    };
    const answering = (answer: RequestListener) => listen("http", createServer(answer));
    before(async () => {
      server = await start(recipe);
      core = await testCore();
      const closed = createServer();
      places = {
        server: server.url,
        closed: await listen("http", closed),
        tls: await listen("https", createTlsServer(own)),
        unsigned: await listen("https", createTlsServer(good)),
        speaking: await answering((_, response) => {
          response.writeHead(400).end("You're speaking plain HTTP to an SSL-enabled server port.");
        }),
        forbidden: await answering((_, response) => response.writeHead(403).end()),
        website: await answering((_, response) => {
          response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Hello</title>");
        }),
      };
      await new Promise((resolve) => closed.close(resolve));
    });
    after(async () => {
      await core?.close();
      await server?.stop();
      for (const listener of listeners) listener.close();
    });

    for (const [wrong, fields, code, sentence] of [...ROWS, ...(OWN[service] ?? [])])
      test(wrong, async () => {
        const connecting = core.connect(service, { url: server.url, username, password, ...fields(places) });
        const told = await connecting.then(
          () => "connected",
          (error: unknown) =>
            error instanceof ApiError ? [error.code, error.message.replace(/[0-9a-f]{64}/, "FINGERPRINT")] : error,
        );
        assert.deepEqual(told, [code, sentence]);
      });
  });
