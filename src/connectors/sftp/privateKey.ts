import ssh2 from "ssh2";
import { ApiError } from "../../errors.js";

/** A private key as people paste it: forms of one line turn line breaks into spaces or `\n`. */
export const tidyKey = (typed: string): string => {
  const text = typed.trim().replaceAll("\r\n", "\n").replaceAll("\\n", "\n");
  const [, begin, body, end] =
    /^(-----BEGIN [A-Z ]+-----) ([A-Za-z0-9+/= ]+) (-----END [A-Z ]+-----)$/.exec(text) ?? [];
  if (begin === undefined || body === undefined) return `${text}\n`;
  return `${begin}\n${body.replaceAll(" ", "\n")}\n${end}\n`;
};

/** Throws `invalid_parameters`, saying what is wrong with it, for what is no private key that can be used. */
export const checkKey = (key: string, passphrase: string | undefined): void => {
  const parsed = ssh2.utils.parseKey(key, passphrase);
  const wrong = (message: string, cause?: Error) => new ApiError("invalid_parameters", message, {}, { cause });
  if (parsed instanceof Error) {
    if (/no passphrase/i.test(parsed.message)) throw wrong("The private key is encrypted: it needs its passphrase.");
    if (/passphrase|integrity|decrypt/i.test(parsed.message))
      throw wrong("The passphrase does not open the private key.");
    throw wrong("This is no private key in a format that is known here: PEM, OpenSSH or PuTTY.");
  }
  const [first] = [parsed].flat();
  if (!first?.isPrivateKey()) throw wrong("This is a public key; the private one is needed.");
};
