import { createSecretKey, type KeyObject } from "node:crypto";
import type ssh2 from "ssh2";

/** What ssh2 1.17 has of AES-GCM where its binding of C++ has not been built; none of it is declared. */
interface Undeclared {
  _protocol: { _cipher: { _encKey?: Buffer | KeyObject }; _decipher: { _decipherKey?: Buffer | KeyObject } };
}

/**
 * ssh2 gives Node the key with each packet. As bytes it takes Node longer to look at than to encrypt the packet; as an object it does
 * not. To be called after each handshake.
 */
export const keepKeys = (client: ssh2.Client): void => {
  const { _cipher, _decipher } = (client as unknown as Undeclared)._protocol;
  if (Buffer.isBuffer(_cipher._encKey)) _cipher._encKey = createSecretKey(_cipher._encKey);
  if (Buffer.isBuffer(_decipher._decipherKey)) _decipher._decipherKey = createSecretKey(_decipher._decipherKey);
};
