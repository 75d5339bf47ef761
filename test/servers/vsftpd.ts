import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Recipe, USER } from "./server.js";

/** Its own word for users that the system does not know. */
export const VSFTPD_USER = "anonymous";

/**
 * vsftpd, which lists as Unix does and knows neither MLSD nor UTF8. As an ordinary user it lets in anonymous users alone, here only
 * with a password out of a list; so no user of the system is made for it. It cannot lock them into a folder either: paths are the
 * machine's.
 */
export const vsftpd: Recipe = {
  name: "vsftpd",
  packages: { vsftpd: "/usr/sbin/vsftpd" },
  async prepare({ folder, files, port }) {
    const configuration = join(folder, "vsftpd.conf");
    await mkdir(join(folder, "empty"));
    await writeFile(join(folder, "passwords"), `${USER.password}\n`);
    const settings = {
      listen: "YES",
      background: "NO",
      run_as_launching_user: "YES",
      listen_address: "127.0.0.1",
      listen_port: port,
      local_enable: "NO",
      write_enable: "YES",
      anonymous_enable: "YES",
      anon_root: files,
      anon_upload_enable: "YES",
      anon_mkdir_write_enable: "YES",
      anon_other_write_enable: "YES",
      anon_world_readable_only: "NO",
      anon_umask: "022",
      secure_email_list_enable: "YES",
      email_password_file: `${folder}/passwords`,
      secure_chroot_dir: `${folder}/empty`,
      seccomp_sandbox: "NO",
      xferlog_enable: "NO",
      delay_failed_login: 0,
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(configuration, lines.join(""));
    return { command: "/usr/sbin/vsftpd", arguments: [configuration], path: "/" };
  },
};
