import type { Fields } from "../../../src/connectors/connector.js";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { type Server, start } from "../../servers/server.js";
import { SWIFT_KEYS, swift } from "../../servers/swift.js";
import { type TestCore, testCore } from "../../support/core.js";

/** A running Swift with an account of all its owner's buckets. */
export interface Opened {
  server: Server;
  core: TestCore;
  /** Not confined to a bucket. */
  all: ConnectedAccount;
  fields: { endpoint: string; accessKeyId: string; secretAccessKey: string };
  /** A new bucket, and an account that is confined to it. */
  bucket(name: string): Promise<ConnectedAccount>;
  /** A request as it is, signed with the account's keys. */
  send(method: string, path: string, content?: string | Buffer, headers?: Record<string, string>): Promise<string>;
  connect(fields: Fields): Promise<ConnectedAccount>;
  close(): Promise<void>;
}

export const openSwift = async (): Promise<Opened> => {
  const server = await start(swift);
  const core = await testCore();
  const fields = { endpoint: server.url, ...SWIFT_KEYS.owner };
  const all = await core.connect("s3_compatible", fields);
  const connect = (more: Fields) => core.connect("s3_compatible", { ...fields, ...more });
  return {
    server,
    core,
    all,
    fields,
    connect,
    async bucket(name) {
      await all.storage.createFolder({ parent: "root", name });
      return connect({ bucket: name });
    },
    async send(method, path, content, headers = {}) {
      const body = content === undefined ? undefined : Buffer.from(content);
      return (await all.upstream.text({ method, path, body, headers, literal: true })).text;
    },
    async close() {
      await core.close();
      await server.stop();
    },
  };
};
