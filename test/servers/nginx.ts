import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { basicPasswords } from "./passwords.js";
import type { Recipe } from "./server.js";

/** nginx with its DAV module and the extension that adds PROPFIND and locks. */
export const nginx: Recipe = {
  name: "nginx",
  packages: {
    nginx: "/usr/sbin/nginx",
    "libnginx-mod-http-dav-ext": "/usr/lib/nginx/modules/ngx_http_dav_ext_module.so",
  },
  async prepare({ folder, files, port }) {
    const configuration = join(folder, "nginx.conf");
    await writeFile(join(folder, "users"), basicPasswords());
    await writeFile(
      configuration,
      `
load_module /usr/lib/nginx/modules/ngx_http_dav_ext_module.so;
daemon off;
worker_processes 1;
pid ${folder}/pid;
error_log stderr;
events {}
http {
  access_log off;
  types { text/plain txt; image/png png; }
  client_max_body_size 0;
${TEMPORARY.map((name) => `  ${name}_temp_path ${folder}/${name};`).join("\n")}
  dav_ext_lock_zone zone=locks:1m;
  server {
    listen 127.0.0.1:${port};
    root ${files};
    location / {
      dav_methods PUT DELETE MKCOL COPY MOVE;
      dav_ext_methods PROPFIND OPTIONS LOCK UNLOCK;
      dav_ext_lock zone=locks;
      create_full_put_path on;
      auth_basic files;
      auth_basic_user_file ${folder}/users;
    }
  }
}
`,
    );
    const early = join(folder, "early.log"); // what fails before the configuration is read
    return { command: "/usr/sbin/nginx", arguments: ["-e", early, "-c", configuration], path: "/" };
  },
};

const TEMPORARY = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
