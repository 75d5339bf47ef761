import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MAILBOX } from "./dovecot.js";
import { type Recipe, SYSTEM_USER } from "./server.js";

/** Why it cannot be started here: it becomes other users to file their mail, and is given a view of the file system of its own. */
export const needsRoot: string | false =
  process.getuid?.() === 0 && spawnSync("unshare", ["--mount", "true"]).status === 0
    ? false
    : "opensmtpd needs root, and a mount namespace";

/**
 * OpenSMTPD, which takes mail from anybody on this machine. What is for the mailbox goes into its Maildir, what is for `refused.example`
 * is refused, and all else accepted and thrown away. There is no TLS: as Debian 12 builds it, it cannot use its key. Its queue and its
 * socket lie where it was built to have them: it is given a view of the file system of its own, in which they lie in its folder, so that
 * two of them can run.
 */
export const opensmtpd = ({ maildir, port: second }: { maildir: string; port: number }): Recipe => ({
  name: "opensmtpd",
  packages: { opensmtpd: "/usr/sbin/smtpd" },
  keepsRights: true,
  async prepare({ folder, port }) {
    await mkdir(join(folder, "spool"), { mode: 0o711 });
    await mkdir(join(folder, "run"));
    const configuration = join(folder, "smtpd.conf");
    await writeFile(
      configuration,
      `
table everybody { "@" = "${SYSTEM_USER ?? "root"}" }
smtp max-message-size 50M
listen on 127.0.0.1 port ${port} hostname localhost
listen on 127.0.0.1 port ${second} hostname localhost
action "file" maildir "${maildir}" virtual <everybody>
action "drop" mda "/bin/cat" virtual <everybody>
match from any for rcpt-to "${MAILBOX}" action "file"
match from any for domain "refused.example" reject
match from any for any action "drop"
`,
    );
    const script =
      'mkdir -p /var/spool/smtpd && mount --bind "$1/spool" /var/spool/smtpd && mount --bind "$1/run" /run && exec smtpd -d -f "$2"';
    return {
      command: "unshare",
      arguments: ["--mount", "--propagation", "private", "sh", "-c", script, "sh", folder, configuration],
      path: "/",
      further: [second],
    };
  },
});
