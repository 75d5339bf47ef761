import type { Credential } from "../../auth/credential.js";
import { ApiError } from "../../errors.js";
import type { PresignedUrl } from "../upstream.js";
import { presignAws4 } from "./aws4.js";
import { presignOss4 } from "./oss4.js";
import { serviceSas } from "./serviceSas.js";
import type { Presigner, UnsentRequest } from "./signer.js";

/** Schemes that can vouch for one request without telling what they vouch with. */
const PRESIGNERS: { readonly [Scheme in Credential["scheme"]]?: Presigner<Scheme> } = {
  aws4: presignAws4,
  oss4: presignOss4,
  shared_key: serviceSas,
};

/** Throws `not_implemented` for other schemes, `invalid_parameters` for an address that is not sent as it is spelt. */
export const presign = async (
  request: UnsentRequest,
  credential: Credential,
  seconds: number,
): Promise<PresignedUrl> => {
  // Right by the table's type, but TypeScript cannot follow that one scheme chooses presigner and credential alike.
  const presigner = PRESIGNERS[credential.scheme] as Presigner<Credential["scheme"]> | undefined;
  if (!presigner) throw new ApiError("not_implemented", "What this account was connected with signs no URLs.");
  // Signatures count in whole seconds.
  const signed = new Date(Math.floor(Date.now() / 1000) * 1000);
  const expires = new Date(signed.getTime() + seconds * 1000);
  const url = await presigner(request, credential, { signed, expires });
  // Whoever parses a URL resolves its dots: it would lead elsewhere, where the signature does not hold.
  if (new URL(url).href !== url)
    throw new ApiError("invalid_parameters", "A URL cannot lead there: the path has a part that is nothing but dots.");
  return { url, expires: expires.toISOString() };
};
