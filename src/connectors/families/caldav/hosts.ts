import { isIP } from "node:net";

/**
 * Whether a server at one address may send us, with the password, to another: the same host, or one of the same domain; never from
 * https to http.
 */
export const mayLeadTo = (from: URL, to: URL): boolean => {
  if (!/^https?:$/.test(to.protocol) || to.username !== "" || to.password !== "") return false;
  if (from.protocol === "https:" && to.protocol !== "https:") return false;
  if (from.hostname === to.hostname) return true;
  const domain = domainOf(from.hostname);
  return domain !== null && (to.hostname === domain || to.hostname.endsWith(`.${domain}`));
};

/**
 * What somebody has registered: `example.com` of `dav.example.com`. Registries that sell names one level deeper look like
 * `co.uk` and `com.au`. Null for an address of numbers and for a name without a dot.
 */
const domainOf = (hostname: string): string | null => {
  if (hostname.startsWith("[") || isIP(hostname) !== 0) return null;
  const labels = hostname.split(".");
  const [second = "", top = ""] = labels.slice(-2);
  const count = top.length === 2 && second.length <= 3 ? 3 : 2;
  return labels.length < count ? null : labels.slice(-count).join(".");
};
