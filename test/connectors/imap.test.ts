import { describe } from "node:test";
import { emailConformance } from "../conformance/email.js";
import { dovecot } from "../servers/dovecot.js";
import { install } from "../servers/install.js";
import { needsRoot, opensmtpd } from "../servers/opensmtpd.js";
import { openAccount } from "./imap/account.js";

/** What every server has had for ten years, and nothing beside it: neither sorted lists nor moves, no marks on folders. */
const OLD = "IMAP4rev1 LITERAL+ UIDPLUS NAMESPACE CHILDREN IDLE ID";

const skip = needsRoot || (await install(dovecot(), opensmtpd({ maildir: "", port: 0 })));

describe("IMAP and SMTP on servers that we did not write", { skip }, () => {
  emailConformance("imap on dovecot and OpenSMTPD", () => openAccount());
  emailConformance("imap on a dovecot that can little", () =>
    openAccount({
      capability: OLD,
      folders: { Gesendet: "\\Sent", Sent: "\\Sent", Papierkorb: "\\Trash", Junk: "\\Junk" },
      separator: ".",
    }),
  );
});
