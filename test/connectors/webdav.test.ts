import { describe } from "node:test";
import { storageConformance } from "../conformance/storage.js";
import { apache } from "../servers/apache.js";
import { install } from "../servers/install.js";
import { nginx } from "../servers/nginx.js";
import { rclone } from "../servers/rclone.js";
import { start } from "../servers/server.js";
import { openThroughUnified } from "../support/open.js";

const SERVERS = [apache("Basic"), apache("Digest"), nginx, rclone];

describe("WebDAV on servers that we did not write", { skip: await install(...SERVERS) }, () => {
  for (const recipe of SERVERS)
    storageConformance(`webdav on ${recipe.name}`, async () => {
      const [server, other] = [await start(recipe), await start(recipe)];
      const fields = ({ url, username, password }: typeof server) => ({ url, username, password });
      return openThroughUnified("webdav", fields(server), {
        foreign: fields(other),
        close: async () => {
          await Promise.all([server.stop(), other.stop()]);
        },
      });
    });
});
