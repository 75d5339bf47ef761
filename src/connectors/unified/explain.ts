import { ERRORS, type ErrorCode } from "../../errors.js";
import type { Explain } from "../../upstream/upstream.js";
import { refusal } from "./wire.js";

/** What the far server says of itself is, seen from here, said of a service. */
const OF_ITSELF: Readonly<Partial<Record<ErrorCode, ErrorCode>>> = {
  unauthorized: "service_unauthorized",
  authentication_required: "service_unauthorized",
  invalid_token: "service_unauthorized",
  forbidden: "service_forbidden",
  timed_out: "gateway_timeout",
  too_many_requests: "too_many_service_requests",
  internal_error: "bad_gateway",
};

const LONGEST = 500; // characters of a message

/** The codes are ours one to one: both follow the same table. */
export const explain: Explain = (status, body) => {
  const { success, data } = refusal.safeParse(body);
  if (!success) return undefined;
  const known = ERRORS.find(([code, when]) => code === data.error_code && when === status)?.[0];
  // Said with two statuses: the status speaks for itself.
  if (known === undefined || known === "method_not_allowed") return undefined;
  const code = OF_ITSELF[known] ?? known;
  return data.message === undefined ? code : { code, message: data.message.slice(0, LONGEST) };
};
