import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { after, before, describe, type TestContext, test } from "node:test";
import { createServer } from "node:tls";
import { CERTIFICATE, type Fields, ROOT } from "../../src/connectors/connector.js";
import type { ApiError } from "../../src/errors.js";
import type { ConnectedAccount } from "../../src/unified/account.js";
import { good, own } from "../faults/certificates.js";
import { apache } from "../servers/apache.js";
import { AZURITE_ACCOUNTS, azurite } from "../servers/azurite.js";
import { install } from "../servers/install.js";
import { INVITED, radicale } from "../servers/radicale.js";
import { type Recipe, type Server, start, USER } from "../servers/server.js";
import { SWIFT_KEYS, swift } from "../servers/swift.js";
import { type TestCore, testCore } from "../support/core.js";
import { fails } from "../support/fails.js";
import { type FarServer, farServer } from "./unified/far.js";

const FINGERPRINT = new X509Certificate(own.cert).fingerprint256;
const SHOWN = FINGERPRINT.replaceAll(":", "").toLowerCase();

/** TLS with a certificate that is signed by itself, before a server that speaks none. */
const secured = async (t: TestContext, port: number): Promise<number> => {
  const server = createServer(own, (outer) => {
    const inner = connect(port, "127.0.0.1");
    const end = () => {
      inner.destroy();
      outer.destroy();
    };
    for (const socket of [inner, outer]) socket.on("error", end).on("close", end);
    outer.pipe(inner).pipe(outer);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
};

const files = ({ storage }: ConnectedAccount) => storage.list(ROOT, { cursor: null, limit: 10 });

interface Service {
  service: string;
  recipe?: Recipe;
  fields(origin: string): Fields;
  use(account: ConnectedAccount): Promise<unknown>;
}
const SERVICES: readonly Service[] = [
  { service: "webdav", recipe: apache("Basic"), fields: (url) => ({ url, ...USER }), use: files },
  {
    service: "caldav",
    recipe: radicale,
    fields: (url) => ({ url, ...INVITED }),
    use: (account) => account.apis(false).calendar.calendars.list({ cursor: null, limit: 10 }),
  },
  {
    service: "s3_compatible",
    recipe: swift,
    fields: (endpoint) => ({ endpoint, ...SWIFT_KEYS.owner }),
    use: files,
  },
  {
    service: "azure",
    recipe: azurite,
    fields: (origin) => ({ ...AZURITE_ACCOUNTS.first, endpoint: `${origin}/${AZURITE_ACCOUNTS.first.account}` }),
    use: files,
  },
];

/** What every service owes whose connector declares the field. */
const assertPinned = async (core: TestCore, origin: string, { service, fields, use }: Omit<Service, "recipe">) => {
  const told = async (certificate: Fields, at = origin): Promise<string> => {
    const error = await core.connect(service, { ...fields(at), ...certificate }).then(
      () => assert.fail("it was let in"),
      (error: ApiError) => error,
    );
    return `${error.code}: ${error.message}`;
  };
  const account = await core.connect(service, { ...fields(origin), certificate: ` ${FINGERPRINT} ` });
  assert.equal(account.record.settings.certificate, FINGERPRINT);
  await use(account);
  assert.match(
    await told({ certificate: new X509Certificate(good.cert).fingerprint256 }),
    /not the one that this account trusts\.$/,
  );
  assert.match(
    await told({}),
    new RegExp(`not signed by an authority that is trusted here\\. .* fingerprint, ${SHOWN}\\.$`),
  );
  assert.match(await told({ certificate: "sha1" }), /^invalid_parameters: .*64 hexadecimal digits/);
  assert.match(
    await told({ certificate: FINGERPRINT }, origin.replace("https:", "http:")),
    /^invalid_parameters: .*https:/,
  );
  await use(account);
};

for (const { recipe, ...service } of SERVICES)
  describe(`a certificate of its own: ${service.service}`, { skip: await install(recipe as Recipe) }, () => {
    let server: Server;
    let core: TestCore;
    before(async () => {
      server = await start(recipe as Recipe);
      core = await testCore();
    });
    after(async () => {
      await core?.close();
      await server?.stop();
    });

    test("is trusted by its fingerprint, for the account that names it", async (t) => {
      await assertPinned(core, `https://127.0.0.1:${await secured(t, server.port)}`, service);
    });
  });

describe("a certificate of its own: unified", () => {
  let far: FarServer;
  let core: TestCore;
  before(async () => {
    far = await farServer();
    core = await testCore();
  });
  after(async () => {
    await core?.close();
    await far?.close();
  });

  test("is trusted by its fingerprint, for the account that names it", async (t) => {
    const { fields } = await far.account();
    const port = await secured(t, Number(new URL(far.url).port));
    await assertPinned(core, `https://127.0.0.1:${port}`, {
      service: "unified",
      fields: (url) => ({ ...fields, url }),
      use: files,
    });
  });
});

test("who declares the field, and who does not", async (t) => {
  const core = await testCore();
  t.after(() => core.close());
  const { connectors } = core.unified;
  const declaring = [...connectors.values()].filter(({ auth }) => auth.fields.includes(CERTIFICATE));
  assert.deepEqual(declaring.map(({ service }) => service).sort(), [
    "azure",
    "caldav",
    "ftp",
    "s3_compatible",
    "unified",
    "webdav",
  ]);
  await assert.rejects(core.connect("s3", { certificate: FINGERPRINT }), fails("invalid_parameters"));
});
