import type { Fields } from "../../src/connectors/connector.js";
import { apache } from "../../test/servers/apache.js";
import { keyFields, openssh } from "../../test/servers/openssh.js";
import { rclone } from "../../test/servers/rclone.js";
import type { Recipe, Server } from "../../test/servers/server.js";
import { SWIFT_KEYS, SWIFT_REGION, swift } from "../../test/servers/swift.js";

/** A server, and how either side is told of it. */
export interface Service {
  recipe: Recipe;
  /** Files of its folder are what it serves: there they can be put without it. */
  servesFiles: boolean;
  connector: string;
  fields(server: Server): Fields;
  /** Settings of rclone's remote, but for the password, which it wants in a form of its own. */
  remote(server: Server): Readonly<Record<string, string>>;
  /** The account's folder, as rclone says it. */
  root(server: Server): string;
}

const BUCKET = "bench";

const webdavOn = (recipe: Recipe): Service => ({
  recipe,
  servesFiles: true,
  connector: "webdav",
  fields: ({ url, username, password }) => ({ url, username, password }),
  remote: ({ url, username }) => ({ type: "webdav", vendor: "other", url, user: username }),
  root: () => "",
});

export const SERVICES: Readonly<Record<string, Service>> = {
  webdav: webdavOn(apache("Basic")),
  "webdav-rclone": webdavOn(rclone),
  s3: {
    recipe: swift,
    servesFiles: false,
    connector: "s3_compatible",
    fields: ({ url }) => ({ endpoint: url, ...SWIFT_KEYS.owner, region: SWIFT_REGION, bucket: BUCKET }),
    remote: ({ url }) => ({
      type: "s3",
      provider: "Other",
      endpoint: url,
      region: SWIFT_REGION,
      access_key_id: SWIFT_KEYS.owner.accessKeyId,
      secret_access_key: SWIFT_KEYS.owner.secretAccessKey,
    }),
    root: () => `${BUCKET}/`,
  },
  sftp: {
    recipe: openssh,
    servesFiles: true,
    connector: "sftp",
    fields: ({ port, files }) => ({ host: "127.0.0.1", port: `${port}`, folder: files, ...keyFields }),
    remote: ({ port }) => ({
      type: "sftp",
      host: "127.0.0.1",
      port: `${port}`,
      user: keyFields.username,
      key_pem: keyFields.privateKey.replaceAll("\n", "\\n"),
    }),
    root: ({ files }) => `${files}/`,
  },
};
