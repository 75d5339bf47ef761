import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { INVITED } from "./radicale.js";
import { type Recipe, SYSTEM_USER } from "./server.js";

/** Another person with calendars on the same server. */
export const COLLEAGUE = { username: "bob@suite.example", password: INVITED.password } as const;

const PROGRAMS = "/usr/lib/cyrus/bin";
const DOMAIN = "suite.example";

/**
 * Cyrus: calendars in a mail store, and a server that hands invitations and answers on itself (RFC 6638). Who has no mailbox has no
 * calendars, and mailboxes are made when LMTP is asked for them.
 */
export const cyrus: Recipe = {
  name: "cyrus",
  packages: { "cyrus-caldav": `${PROGRAMS}/httpd`, "sasl2-bin": "/usr/sbin/saslpasswd2" },
  async prepare({ folder, files, port }) {
    const state = join(folder, "state");
    for (const name of ["", "db", "log", "msg", "proc", "socket"]) await mkdir(join(state, name));
    const passwords = join(folder, "passwords");
    for (const { username, password } of [INVITED, COLLEAGUE]) await addUser(passwords, username, password);
    const settings = join(folder, "imapd.conf");
    await writeFile(
      settings,
      `
configdirectory: ${state}
partition-default: ${files}
defaultpartition: default
cyrus_user: ${SYSTEM_USER ?? userInfo().username}
servername: localhost
virtdomains: userid
httpmodules: caldav
calendar_user_address_set: ${DOMAIN}
caldav_maxdatetime: 99991231T235959Z
allowplaintext: yes
autocreate_post: yes
autocreate_quota: 0
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: ${passwords}
sasl_mech_list: PLAIN
tls_server_cert: disabled
`,
    );
    const services = join(folder, "cyrus.conf");
    await writeFile(
      services,
      `
START {
  recover cmd="${PROGRAMS}/ctl_cyrusdb -C ${settings} -r"
}
SERVICES {
  lmtp cmd="${PROGRAMS}/lmtpd -C ${settings}" listen="${socketIn(folder)}"
  http cmd="${PROGRAMS}/httpd -C ${settings}" listen="127.0.0.1:${port}"
}
`,
    );
    const master = ["-D", "-C", settings, "-M", services, "-p", join(folder, "pid")];
    return { command: `${PROGRAMS}/master`, arguments: master, path: "/" };
  },
  async furnish({ folder }) {
    const socket = connect(socketIn(folder));
    await once(socket, "connect");
    const users = [INVITED, COLLEAGUE].map(({ username }) => `RCPT TO:<${username}>`);
    socket.write(["LHLO suite", "MAIL FROM:<>", ...users, "QUIT", ""].join("\r\n"));
    const refusals = (await text(socket)).split("\r\n").filter((line) => /^[45]/.test(line));
    if (refusals.length > 0) throw new Error(`Cyrus makes no mailboxes: ${refusals.join(" ")}`);
  },
};

const socketIn = (folder: string): string => join(folder, "state/socket/lmtp");

const addUser = async (passwords: string, username: string, password: string): Promise<void> => {
  const adding = promisify(execFile)("/usr/sbin/saslpasswd2", [
    "-p",
    "-c",
    "-f",
    passwords,
    "-u",
    DOMAIN,
    username.replace(/@.*/, ""),
  ]);
  adding.child.stdin?.end(password);
  await adding;
};
