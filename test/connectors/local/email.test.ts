import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emailConformance } from "../../conformance/email.js";
import { testCore } from "../../support/core.js";

const mail = (number: number): string =>
  [
    `From: Lee <lee${number % 3}@example.com>`,
    "To: me@example.com",
    `Subject: Mail ${number}`,
    `Date: ${new Date(Date.UTC(2026, 0, 1 + number, 9)).toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${number}@example.com>`,
    "",
    `Text of mail ${number}.`,
    "",
  ].join("\r\n");

/** A folder with Maildirs and a folder of `.eml` files. */
const open = async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), "unigraph-mail-")));
  for (const maildir of ["Maildir", "Maildir/.Archive.2026"])
    for (const part of ["cur", "new", "tmp"]) await mkdir(join(root, maildir, part), { recursive: true });
  await mkdir(join(root, "Letters"));
  for (let number = 0; number < 12; number++) {
    const name = `17000000${number}.M${number}.host`;
    const [folder, file] = [
      ["Maildir/cur", `${name}:2,S`],
      ["Maildir/new", name],
      ["Maildir/.Archive.2026/cur", `${name}:2,FS`],
      ["Letters", `letter ${number}.eml`],
    ][number % 4] as [string, string];
    await writeFile(join(root, folder, file), mail(number));
  }
  const core = await testCore({ local: [root] });
  let delivered = 0;
  return {
    account: await core.connect("local", { folder: root }),
    self: { id: null, name: "Me", email: "me@example.com" },
    async deliver(message: Buffer) {
      const name = `18000000${delivered++}.host`;
      await writeFile(join(root, "Maildir/new", name), message);
      return `/Maildir\n${name}`;
    },
    async close() {
      await core.close();
      await rm(root, { recursive: true, force: true });
    },
  };
};

emailConformance("local", open);
