import { describe } from "node:test";
import { type OpenedAccount, storageConformance } from "../conformance/storage.js";
import { apache } from "../servers/apache.js";
import { install } from "../servers/install.js";
import { nginx } from "../servers/nginx.js";
import { rclone } from "../servers/rclone.js";
import { type Recipe, type Server, start } from "../servers/server.js";
import { openThroughUnified } from "../support/open.js";

const SERVERS = [apache("Basic"), apache("Digest"), nginx, rclone];

/** An account, and another on a second server of the kind. */
const open = async (recipe: Recipe): Promise<OpenedAccount> => {
  const [server, other] = [await start(recipe), await start(recipe)];
  const fields = ({ url, username, password }: Server) => ({ url, username, password });
  return openThroughUnified("webdav", fields(server), {
    foreign: fields(other),
    close: async () => {
      await Promise.all([server.stop(), other.stop()]);
    },
  });
};

/** `webdav/operations.test.ts` shows that such files are there all the same for everything but a list. */
const UNLISTED = "the server lists no name that begins with a dot (nginx-dav-ext-module, ngx_http_dav_ext_module.c)";
const NGINX = {
  'a leading dot: ".hidden"': UNLISTED,
  'dots before and after: "..a.."': UNLISTED,
  'three dots: "..."': UNLISTED,
  "rename: names without an ending, and with a leading dot": UNLISTED,
};

describe("WebDAV on servers that we did not write", { skip: await install(...SERVERS) }, () => {
  for (const recipe of SERVERS)
    storageConformance(`webdav on ${recipe.name}`, () => open(recipe), recipe === nginx ? NGINX : {});
});
