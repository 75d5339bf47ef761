import { createHash } from "node:crypto";
import type { ServerHostKeyAlgorithm } from "ssh2";

/** `ssh-ed25519 SHA256:…`: the kind of key and its fingerprint, as `ssh-keygen -l` writes it. */
export const describeHostKey = (key: Buffer): string => {
  const kind = key.toString("latin1", 4, 4 + key.readUInt32BE(0));
  return `${kind} SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
};

/** Whether a key is the one that is expected, which may be said with its kind or without; nothing expected is any key. */
export const isExpected = (shown: string, expected: string): boolean =>
  expected === "" || fingerprintOf(shown) === fingerprintOf(expected);

const fingerprintOf = (key: string): string => (key.trim().split(/\s+/).at(-1) ?? "").replace(/=+$/, "");

export const isFingerprint = (text: string): boolean => /^(\S+ )?SHA256:[A-Za-z0-9+/]{43}=?$/.test(text.trim());

/** A server may have keys of several kinds; asked for another than the known one, it would seem to have changed. */
export const algorithmsFor = (expected: string): ServerHostKeyAlgorithm[] | undefined => {
  const [kind = ""] = expected.includes(" ") ? expected.trim().split(" ") : [];
  if (kind === "ssh-rsa") return ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"];
  return kind === "" ? undefined : [kind as ServerHostKeyAlgorithm];
};
