import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { basicPasswords, digestPasswords } from "./passwords.js";
import { INVITED } from "./radicale.js";
import type { Launch, Place, Recipe } from "./server.js";

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
${listening({ folder, port }, MODULES)}
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
    return { ...running(configuration), path };
  },
});

/** Seconds after which a nonce is stale. */
export const NONCE_LIFETIME = 1;

/** Apache that asks with Digest and hands on to another server on this machine, with the user's name. */
export const digestBefore = (port: number): Recipe => ({
  name: "apache-digest-proxy",
  packages: { "apache2-bin": "/usr/lib/apache2/modules/mod_proxy_http.so" },
  async prepare({ folder, port: own }) {
    const users = join(folder, "users");
    await writeFile(users, digestPasswords(REALM, INVITED));
    const configuration = join(folder, "apache.conf");
    const modules = ["mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_digest", "headers"];
    await writeFile(
      configuration,
      `
${listening({ folder, port: own }, [...modules, "proxy", "proxy_http"])}
ProxyPass / http://127.0.0.1:${port}/
ProxyPassReverse / http://127.0.0.1:${port}/
<Location />
  AuthType Digest
  AuthName ${REALM}
  AuthDigestProvider file
  AuthDigestNonceLifetime ${NONCE_LIFETIME}
  AuthUserFile ${users}
  Require valid-user
  RequestHeader set X-Remote-User expr=%{REMOTE_USER}
</Location>
`,
    );
    return { ...running(configuration), path: "/" };
  },
});

const listening = ({ folder, port }: Pick<Place, "folder" | "port">, modules: readonly string[]): string => `
ServerRoot /usr/lib/apache2
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
DefaultRuntimeDir ${folder}
ErrorLog ${folder}/errors
${modules.map((name) => `LoadModule ${name}_module modules/mod_${name}.so`).join("\n")}
`;

const running = (configuration: string): Pick<Launch, "command" | "arguments"> => ({
  command: "/usr/sbin/apache2",
  arguments: ["-f", configuration, "-D", "FOREGROUND"],
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
