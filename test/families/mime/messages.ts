/** A message as it would come from a server: lines that end in CRLF, each character one byte. */
export const message = (...lines: readonly string[]): Buffer => Buffer.from(lines.join("\r\n"), "latin1");

/** Parts within a boundary, with the head that says so. */
export const multipart = (subtype: string, boundary: string, ...parts: readonly (readonly string[])[]): string[] => [
  `Content-Type: multipart/${subtype}; boundary="${boundary}"`,
  "",
  ...parts.flatMap((part) => [`--${boundary}`, ...part]),
  `--${boundary}--`,
  "",
];

export const base64 = (content: string | Buffer): string => Buffer.from(content).toString("base64");
