/** What signs requests in an account's name. Kept only sealed (`vault.ts`). */
export type Credential =
  | { scheme: "none" }
  /** Basic, or Digest when the server asks for it. */
  | { scheme: "password"; username: string; password: string }
  /** A private key as its owner keeps it: PEM, OpenSSH's or PuTTY's own format. */
  | { scheme: "key"; username: string; privateKey: string; passphrase?: string }
  | {
      scheme: "bearer";
      token: string;
      /** Milliseconds since 1970 by our clock. */
      expires?: number;
      /** Where present, an expired token can be renewed. */
      refreshToken?: string;
    };
