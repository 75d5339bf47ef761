import { writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { type Recipe, SYSTEM_USER } from "./server.js";

/** Who may log in: made anew for each run. The second key opens with its passphrase only. */
const passphrase = "a phrase, to pass";
const keys = {
  plain: ssh2.utils.generateKeyPairSync("ed25519"),
  locked: ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256, passphrase, cipher: "aes256-ctr", rounds: 16 }),
};

/** The fields of an account on the server, but for host and port. */
export const keyFields = { username: SYSTEM_USER ?? userInfo().username, privateKey: keys.plain.private };
export const lockedKeyFields = { ...keyFields, privateKey: keys.locked.private, passphrase };

/**
 * sshd as an ordinary user, which can let in that user alone and only by a key: it may neither read others' passwords nor become
 * somebody else. So no user of the system is made for it.
 */
export const openssh: Recipe = {
  name: "openssh",
  packages: { "openssh-server": "/usr/sbin/sshd" },
  async prepare({ folder, port }) {
    const configuration = join(folder, "sshd.conf");
    const hostKeys = { ed25519: ssh2.utils.generateKeyPairSync("ed25519"), rsa: rsa() };
    for (const [kind, pair] of Object.entries(hostKeys))
      await writeFile(join(folder, kind), pair.private, { mode: 0o600 });
    await writeFile(join(folder, "authorized"), `${keys.plain.public}\n${keys.locked.public}\n`);
    await writeFile(
      configuration,
      `
Port ${port}
ListenAddress 127.0.0.1
${Object.keys(hostKeys)
  .map((kind) => `HostKey ${folder}/${kind}`)
  .join("\n")}
PidFile ${folder}/pid
AuthorizedKeysFile ${folder}/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
Subsystem sftp internal-sftp
ForceCommand internal-sftp
MaxStartups 100
`,
    );
    return { command: "/usr/sbin/sshd", arguments: ["-D", "-e", "-f", configuration], path: "/" };
  },
};

const rsa = () => ssh2.utils.generateKeyPairSync("rsa", { bits: 2048 });
