import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { basicPasswords, digestPasswords } from "./passwords.js";
import type { Recipe } from "./server.js";

const REALM = "files";

/**
 * Apache mod_dav: at the root with Basic and with a whole tree in one answer, or below a path that needs encoding with
 * Digest and without (Apache's default).
 */
export const apache = (scheme: "Basic" | "Digest"): Recipe => ({
  name: `apache-${scheme.toLowerCase()}`,
  packages: { "apache2-bin": "/usr/lib/apache2/modules/mod_dav_fs.so" },
  async prepare({ folder, files, port }) {
    const path = scheme === "Basic" ? "/" : "/team files/élan/";
    const users = join(folder, "users");
    await writeFile(users, scheme === "Basic" ? basicPasswords() : digestPasswords(REALM));
    const configuration = join(folder, "apache.conf");
    await writeFile(join(folder, "mime.types"), "text/plain txt\nimage/png png\n");
    await writeFile(
      configuration,
      `
ServerRoot /usr/lib/apache2
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
DefaultRuntimeDir ${folder}
ErrorLog ${folder}/errors
${MODULES.map((name) => `LoadModule ${name}_module modules/mod_${name}.so`).join("\n")}
TypesConfig ${folder}/mime.types
DocumentRoot ${files}
${path === "/" ? "" : `Alias "${path.slice(0, -1)}" "${files}"`}
DavLockDB ${folder}/locks
<Directory ${files}>
  Dav On
  DavDepthInfinity ${scheme === "Basic" ? "on" : "off"}
  AuthType ${scheme}
  AuthName ${REALM}
  Auth${scheme}Provider file
  AuthUserFile ${users}
  Require valid-user
</Directory>
`,
    );
    return { command: "/usr/sbin/apache2", arguments: ["-f", configuration, "-D", "FOREGROUND"], path };
  },
});

const MODULES = [
  "mpm_event",
  "authn_core",
  "authn_file",
  "authz_core",
  "authz_user",
  "auth_basic",
  "auth_digest",
  "mime",
  "alias",
  "dav",
  "dav_fs",
  "dav_lock",
];
