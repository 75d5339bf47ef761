import { describe } from "node:test";
import { type OpenedAccount, storageConformance } from "../conformance/storage.js";
import { install } from "../servers/install.js";
import { keyFields, openssh } from "../servers/openssh.js";
import { rcloneSftp } from "../servers/rclone.js";
import { type Recipe, type Server, start } from "../servers/server.js";
import { openThroughUnified } from "../support/open.js";

const fieldsOn = {
  [openssh.name]: ({ port, files }: Server) => ({ host: "127.0.0.1", port: String(port), folder: files, ...keyFields }),
  [rcloneSftp.name]: ({ port, username, password }: Server) => ({
    host: "127.0.0.1",
    port: String(port),
    username,
    password,
  }),
};

/** An account, and another on a second server of the kind. */
const open = async (recipe: Recipe): Promise<OpenedAccount> => {
  const [server, other] = [await start(recipe), await start(recipe)];
  const fields = fieldsOn[recipe.name] as (server: Server) => Record<string, string>;
  return openThroughUnified("sftp", fields(server), {
    foreign: fields(other),
    close: async () => {
      await Promise.all([server.stop(), other.stop()]);
    },
  });
};

describe("SFTP on servers that we did not write", { skip: await install(openssh, rcloneSftp) }, () => {
  for (const recipe of [openssh, rcloneSftp]) storageConformance(`sftp on ${recipe.name}`, () => open(recipe));
});
