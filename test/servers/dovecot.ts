import { mkdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { own } from "../faults/certificates.js";
import { freePort, type Recipe, SYSTEM_USER, USER } from "./server.js";

/** Whose mail it is; the password is everybody's. */
export const MAILBOX = "alice@example.test";

/** Folders of one account, and what the server says that it can; absent: all that it can. */
export interface DovecotOptions {
  folders?: Readonly<Record<string, string>>;
  /** Names of IMAP's extensions in place of its own list. */
  capability?: string;
  /** SHA-256 secret in base64 that signs access tokens (JWT): XOAUTH2 in place of passwords. */
  tokens?: string;
  /** Separates the names of folders. */
  separator?: string;
  /** Port of an SMTP server on this machine to which mail is handed on that users send. */
  relay?: number;
}

/** Drafts in the user's own language, which only its mark tells. */
const FOLDERS = { "Entwürfe & Notizen": "\\Drafts", Sent: "\\Sent", Trash: "\\Trash", Junk: "\\Junk" };

export interface Dovecot extends Recipe {
  /** Beside IMAP's port, once it was started: IMAP with TLS from the first byte, and the same two for SMTP. */
  ports: { imaps: number; smtp: number; smtps: number };
}

/** Where a dovecot keeps the mail of a user: its inbox is a Maildir, its folders lie within. */
export const maildirOf = ({ files }: { files: string }): string => join(files, MAILBOX);

/** dovecot as an ordinary user, with its own list of users and one Maildir each, for IMAP and for SMTP submission. */
export const dovecot = ({
  folders = FOLDERS,
  capability,
  tokens,
  separator = "/",
  relay = 1,
}: DovecotOptions = {}): Dovecot => {
  const ports = { imaps: 0, smtp: 0, smtps: 0 };
  return {
    name: "dovecot",
    packages: {
      "dovecot-core": "/usr/sbin/dovecot",
      "dovecot-imapd": "/usr/lib/dovecot/imap",
      "dovecot-submissiond": "/usr/lib/dovecot/submission",
    },
    ports,
    async prepare({ folder, files, port }) {
      const user = SYSTEM_USER ?? userInfo().username;
      for (const name of ["imaps", "smtp", "smtps"] as const) ports[name] = await freePort();
      for (const name of ["run", "keys"]) await mkdir(join(folder, name));
      await writeFile(join(folder, "certificate"), own.cert);
      await writeFile(join(folder, "key"), own.key, { mode: 0o600 });
      await writeFile(join(folder, "users"), `${MAILBOX}:{PLAIN.HEX}${Buffer.from(USER.password).toString("hex")}\n`);
      if (tokens !== undefined) {
        await mkdir(join(folder, "keys/default/HS256"), { recursive: true });
        await writeFile(join(folder, "keys/default/HS256/default"), tokens);
        await writeFile(
          join(folder, "oauth2"),
          `introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix=${folder}/keys/\nusername_attribute = sub\n`,
        );
      }
      const configuration = join(folder, "dovecot.conf");
      await writeFile(
        configuration,
        `
protocols = imap submission
hostname = localhost
submission_relay_host = 127.0.0.1
submission_relay_port = ${relay}
submission_relay_ssl = no
submission_max_mail_size = 50M
listen = 127.0.0.1
base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/log
default_login_user = ${user}
default_internal_user = ${user}
default_internal_group = ${user}
ssl = yes
ssl_cert = <${folder}/certificate
ssl_key = <${folder}/key
disable_plaintext_auth = no
auth_mechanisms = ${tokens === undefined ? "plain login" : "xoauth2 oauthbearer"}
auth_failure_delay = 0
mail_location = maildir:${files}/%u
mail_uid = ${user}
mail_gid = ${user}
first_valid_uid = 1
mail_max_userip_connections = 8
mail_plugins = acl
plugin {
  acl = vfile
}
${capability === undefined ? "" : `imap_capability = ${capability}`}
namespace inbox {
  inbox = yes
  separator = ${separator}
${Object.entries(folders)
  .map(([name, use]) => `  mailbox "${name}" {\n    auto = subscribe\n    special_use = ${use}\n  }`)
  .join("\n")}
}
passdb {
${
  tokens === undefined
    ? `  driver = passwd-file\n  args = scheme=PLAIN ${folder}/users`
    : `  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = ${folder}/oauth2`
}
}
userdb {
  driver = static
  args = uid=${user} gid=${user} home=${files}/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${ports.imaps}
  }
}
service submission-login {
  chroot =
  inet_listener submission {
    port = ${ports.smtp}
  }
  inet_listener submissions {
    port = ${ports.smtps}
    ssl = yes
  }
}
service anvil {
  chroot =
}
`,
      );
      return {
        command: "/usr/sbin/dovecot",
        arguments: ["-F", "-c", configuration],
        path: "/",
        further: Object.values(ports),
      };
    },
  };
};
