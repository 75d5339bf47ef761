import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { ApiError } from "../errors.js";

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** Which addresses may be dialled: all of the public internet, and of the rest what the operator named. */
export class Addresses {
  readonly #allowed: readonly Network[];

  /** `privateNetworks` in CIDR notation: `10.1.0.0/16`, `fd00:12::/48`. Throws on anything else. */
  constructor(privateNetworks: readonly string[] = []) {
    this.#allowed = privateNetworks.map((network) => ipaddr.parseCIDR(network));
  }

  /** Throws `forbidden` for an address that is neither public nor allowed. An IPv4 address within IPv6 counts as itself. */
  check(address: string): void {
    if (!this.isPublic(address) && !this.isAllowed(address))
      throw new ApiError("forbidden", "The address lies in a private network that the operator has not allowed.");
  }

  isPublic(address: string): boolean {
    const parsed = ipaddr.process(address);
    return parsed.range() === "unicast" && !(parsed instanceof ipaddr.IPv6 && parsed.match(COMPATIBLE));
  }

  /** In a network that the operator named. */
  isAllowed(address: string): boolean {
    const parsed = ipaddr.process(address);
    return this.#allowed.some((network) => network[0].kind() === parsed.kind() && parsed.match(network));
  }
}

/** IPv4-compatible IPv6 (RFC 4291, 2.5.5.1): deprecated, and a second spelling of any IPv4 address. */
const COMPATIBLE = ipaddr.parseCIDR("::/96") as [ipaddr.IPv6, number];

/** A literal as `URL.hostname` gives it, without brackets; null for a name. */
export const literalOf = (hostname: string): string | null => {
  const bare = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? null : bare;
};
