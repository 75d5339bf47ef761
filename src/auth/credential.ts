/** What signs requests in an account's name. Kept only sealed (`vault.ts`). */
export type Credential =
  | { scheme: "none" }
  /** Basic, or Digest when the server asks for it. */
  | { scheme: "password"; username: string; password: string }
  /** A private key as its owner keeps it: PEM, OpenSSH's or PuTTY's own format. */
  | { scheme: "key"; username: string; privateKey: string; passphrase?: string }
  /** AWS Signature Version 4, of any service that reads it. */
  | {
      scheme: "aws4";
      accessKeyId: string;
      secretAccessKey: string;
      /** Of temporary keys. */
      sessionToken?: string;
      /** Signed for, unless the endpoint names another. */
      region: string;
      /** As the signature names it: `s3`, `cloudtrail` … */
      service: string;
      /** The service takes paths as they are: `a//b` and `a/../b` are names. Else they are tidied up and encoded twice. */
      literalPaths?: boolean;
    }
  /** Alibaba Cloud OSS' Signature Version 4. */
  | {
      scheme: "oss4";
      accessKeyId: string;
      accessKeySecret: string;
      /** Of temporary keys. */
      securityToken?: string;
      /** Signed for, unless the endpoint names another. */
      region: string;
      /** The service's host, where it is none of Alibaba's own: what stands before it names the bucket. */
      host?: string;
    }
  /** Azure Storage's Shared Key; `key` in base64. */
  | { scheme: "shared_key"; account: string; key: string }
  /** A shared access signature: the parameters of a query, without `?`. */
  | { scheme: "shared_access"; token: string }
  /** The whole value of the `Authorization` header, where it is neither Basic nor Bearer: `APIKey …`. */
  | { scheme: "authorization"; value: string }
  | {
      scheme: "bearer";
      token: string;
      /** Milliseconds since 1970 by our clock. */
      expires?: number;
      /** Where present, an expired token can be renewed. */
      refreshToken?: string;
    };
