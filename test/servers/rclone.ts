import { type Recipe, USER } from "./server.js";

/** `rclone serve webdav` over a local folder: golang.org/x/net/webdav, as in many other servers written in Go. */
export const rclone: Recipe = {
  name: "rclone",
  packages: { rclone: "/usr/bin/rclone" },
  prepare: async ({ folder, files, port }) => ({
    command: "/usr/bin/rclone",
    arguments: [
      ...["serve", "webdav", files, "--addr", `127.0.0.1:${port}`, "--baseurl", "/remote"],
      ...["--config", `${folder}/rclone.conf`, "--cache-dir", `${folder}/cache`],
      ...["--user", USER.username, "--pass", USER.password],
    ],
    path: "/remote/",
  }),
};

/** `rclone serve sftp` over a local folder: github.com/pkg/sftp, as in many other servers written in Go. */
export const rcloneSftp: Recipe = {
  name: "rclone-sftp",
  packages: { rclone: "/usr/bin/rclone" },
  prepare: async ({ folder, files, port }) => ({
    command: "/usr/bin/rclone",
    arguments: [
      ...["serve", "sftp", files, "--addr", `127.0.0.1:${port}`],
      ...["--config", `${folder}/rclone.conf`, "--cache-dir", `${folder}/cache`],
      ...["--user", USER.username, "--pass", USER.password],
    ],
    path: "/",
  }),
};
