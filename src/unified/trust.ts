import { CERTIFICATE, type Connector } from "../connectors/connector.js";
import type { Target } from "../upstream/upstream.js";

/** The certificate that an account trusts, as it is typed or kept, for the client; nothing where the service has no such field. */
export const trustOf = ({ auth }: Connector, certificate: unknown): Pick<Target, "certificate"> => {
  if (!auth.fields.includes(CERTIFICATE)) return {};
  return { certificate: typeof certificate === "string" && certificate !== "" ? certificate : null };
};
