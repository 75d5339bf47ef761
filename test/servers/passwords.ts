import { createHash } from "node:crypto";
import { USER } from "./server.js";

/** A line of an htpasswd file that Apache and nginx both read. */
export const basicPasswords = (): string =>
  `${USER.username}:{SHA}${createHash("sha1").update(USER.password).digest("base64")}\n`;

/** A line of an htdigest file. */
export const digestPasswords = (
  realm: string,
  { username, password }: { username: string; password: string } = USER,
): string => `${username}:${realm}:${createHash("md5").update(`${username}:${realm}:${password}`).digest("hex")}\n`;
