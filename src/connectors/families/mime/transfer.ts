/** The bytes of a part without its Content-Transfer-Encoding (RFC 2045, 6), of which the end may be missing. */
export const decodeTransfer = (bytes: Buffer, encoding: string | null): Buffer => {
  switch (encoding?.toLowerCase()) {
    case "base64":
      return Buffer.from(bytes.toString("latin1"), "base64");
    case "quoted-printable":
      return Buffer.from(
        bytes
          .toString("latin1")
          .replace(/[ \t]+(?=\r?\n|$)/g, "")
          .replace(/=(?:\r?\n|$)/g, "")
          .replace(/=([0-9a-f]{2})/gi, (_, octet: string) => String.fromCharCode(Number.parseInt(octet, 16))),
        "latin1",
      );
    default:
      return bytes;
  }
};
