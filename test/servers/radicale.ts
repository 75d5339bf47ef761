import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Recipe, USER } from "./server.js";

/** Somebody whose name is an e-mail address, as it is on many servers. */
export const INVITED = { username: "alice@suite.example", password: USER.password } as const;

/** Radicale: the calendars of each user below his name. It writes what it is given anew (vobject), line by line. */
export const radicale: Recipe = {
  name: "radicale",
  packages: { radicale: "/usr/bin/radicale" },
  async prepare({ folder, files, port }) {
    const configuration = join(folder, "radicale.conf");
    const users = join(folder, "users");
    await writeFile(users, [USER, INVITED].map(({ username, password }) => `${username}:${password}\n`).join(""));
    await writeFile(
      configuration,
      `[server]
hosts = 127.0.0.1:${port}
[auth]
type = htpasswd
htpasswd_filename = ${users}
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = ${files}
[web]
type = none
[logging]
level = error
`,
    );
    return { command: "/usr/bin/radicale", arguments: ["--config", configuration], path: "/" };
  },
};
