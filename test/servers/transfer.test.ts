import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { describe, test } from "node:test";
import { install } from "./install.js";
import { openssh } from "./openssh.js";
import { pyftpdlib } from "./pyftpdlib.js";
import { rcloneSftp } from "./rclone.js";
import { type Recipe, start } from "./server.js";
import { vsftpd } from "./vsftpd.js";

const recipes: readonly (readonly [Recipe, RegExp])[] = [
  [openssh, /^SSH-2\.0-OpenSSH/],
  [rcloneSftp, /^SSH-2\.0-/],
  [pyftpdlib({ security: "none" }), /^220 /],
  [pyftpdlib({ security: "explicit" }), /^220 /],
  [vsftpd, /^220 .*vsFTPd/],
];

describe("servers for file transfer", { skip: await install(...recipes.map(([recipe]) => recipe)) }, () => {
  for (const [recipe, greeting] of recipes)
    test(`${recipe.name} greets, and leaves nothing when stopped`, async () => {
      const server = await start(recipe);
      try {
        const socket = connect(server.port, "127.0.0.1");
        const [said] = (await once(socket, "data")) as [Buffer];
        assert.match(said.toString(), greeting);
        socket.destroy();
      } finally {
        await server.stop();
      }
      await assert.rejects(once(connect(server.port, "127.0.0.1"), "connect"));
      assert.equal(existsSync(dirname(server.files)), false);
    });
});
