import { ApiError } from "../../errors.js";
import type { CredentialField, Fields } from "../connector.js";

/**
 * For services on hosts of their users' own, whose certificate no known authority may have signed. Over HTTP to declare the field is
 * all that a connector has to do: what is typed is kept in the account's settings under its name, and the client trusts that
 * certificate at the account's origin, and no other there.
 */
export const CERTIFICATE: CredentialField = {
  name: "certificate",
  title: "Certificate",
  secret: false,
  required: false,
  mayChange: true,
  hint: "SHA-256 fingerprint of the server's certificate, if no known authority has signed it",
};

/** As it was typed; empty where nothing was. Throws `invalid_parameters`. */
export const toFingerprint = (typed: Fields[string] = ""): string => {
  const fingerprint = typed.trim();
  if (fingerprint !== "" && !/^([0-9a-f]{2}:?){32}$/i.test(fingerprint))
    throw new ApiError(
      "invalid_parameters",
      "A certificate is given by its SHA-256 fingerprint: 64 hexadecimal digits.",
    );
  return fingerprint;
};
