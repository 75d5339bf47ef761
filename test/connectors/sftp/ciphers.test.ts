import assert from "node:assert/strict";
import { KeyObject } from "node:crypto";
import { once } from "node:events";
import { describe, type TestContext, test } from "node:test";
import ssh2 from "ssh2";
import { ROOT } from "../../../src/connectors/connector.js";
import { keepKeys } from "../../../src/connectors/sftp/keys.js";
import { install } from "../../servers/install.js";
import { keyFields, openssh } from "../../servers/openssh.js";
import { start } from "../../servers/server.js";
import { bytesOf, contentOf, sha256, streamOf } from "../../support/bytes.js";
import { testCore } from "../../support/core.js";

const SIZE = 12 * 2 ** 20 + 345;

/** OpenSSH with one more setting. */
const serverWith = async (t: TestContext, setting: string) => {
  const server = await start({
    ...openssh,
    async prepare(place) {
      const launch = await openssh.prepare(place);
      return { ...launch, arguments: [...launch.arguments, "-o", setting] };
    },
  });
  t.after(() => server.stop());
  return server;
};

const roundTrip = async (t: TestContext, setting: string): Promise<void> => {
  const server = await serverWith(t, setting);
  const core = await testCore();
  t.after(() => core.close());
  const fields = { host: "127.0.0.1", port: String(server.port), folder: server.files, ...keyFields };
  const { storage } = await core.connect("sftp", fields);
  await storage.upload({ parent: ROOT, name: "a", size: SIZE, ifExists: "fail" }, streamOf(SIZE));
  assert.equal(sha256(await contentOf((await storage.download("/a")).body)), sha256(bytesOf(SIZE)));
};

describe("sftp: ciphers of OpenSSH", { skip: await install(openssh) }, () => {
  for (const cipher of [
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes256-ctr",
  ])
    test(`${cipher}: bytes go up and down`, (t) => roundTrip(t, `Ciphers=${cipher}`));

  test("new keys in the midst of a file change nothing", (t) => roundTrip(t, "RekeyLimit=1M"));

  test("keys are kept as objects, and again when they change", async (t) => {
    const { port } = await serverWith(t, "RekeyLimit=default 1s");
    const client = new ssh2.Client();
    client.on("handshake", () => keepKeys(client));
    t.after(() => client.end());
    const { username, privateKey } = keyFields;
    await once(client.connect({ host: "127.0.0.1", port, username, privateKey }), "ready");
    const keys = () => {
      const { _cipher, _decipher } = (client as unknown as { _protocol: Record<string, Record<string, unknown>> })
        ._protocol;
      return [_cipher?._encKey, _decipher?._decipherKey];
    };
    const first = keys();
    if (first.includes(undefined)) return t.skip("ssh2 has its binding here");
    assert.ok(first.every((key) => key instanceof KeyObject));
    // After a second the server asks for new keys, with the next packet.
    const changed = once(client, "handshake");
    const asking = setInterval(() => client.exec("", () => undefined), 500);
    await changed;
    clearInterval(asking);
    const second = keys();
    assert.ok(second.every((key, index) => key instanceof KeyObject && key !== first[index]));
  });
});
