import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Launch, type Place, type Recipe, USER } from "./server.js";

/** Somebody whose name is an e-mail address, as it is on many servers. */
export const INVITED = { username: "alice@suite.example", password: USER.password } as const;

/** Radicale: the calendars of each user below his name. It writes what it is given anew (vobject), line by line. */
export const radicale: Recipe = {
  name: "radicale",
  packages: { radicale: "/usr/bin/radicale" },
  async prepare(place) {
    const users = join(place.folder, "users");
    await writeFile(users, [USER, INVITED].map(({ username, password }) => `${username}:${password}\n`).join(""));
    const passwords = `type = htpasswd\nhtpasswd_filename = ${users}\nhtpasswd_encryption = plain\ndelay = 0`;
    return launch(place, passwords);
  },
};

/** The same behind a server that asks for passwords and says whose request it hands on. */
export const radicaleBehind: Recipe = {
  ...radicale,
  prepare: (place) => launch(place, "type = http_x_remote_user"),
};

const launch = async ({ folder, files, port }: Place, authentication: string): Promise<Launch> => {
  const configuration = join(folder, "radicale.conf");
  await writeFile(
    configuration,
    `[server]
hosts = 127.0.0.1:${port}
[auth]
${authentication}
[storage]
filesystem_folder = ${files}
[web]
type = none
[logging]
level = error
`,
  );
  return { command: "/usr/bin/radicale", arguments: ["--config", configuration], path: "/" };
};
