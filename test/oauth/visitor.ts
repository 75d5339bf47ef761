/** A browser without scripts: it keeps cookies by host and follows no redirect that it is not told to. */
export class Visitor {
  readonly #cookies = new Map<string, Map<string, string>>();

  async get(url: string): Promise<Response> {
    return this.#send(url, {});
  }

  async post(url: string, form: Readonly<Record<string, string>>): Promise<Response> {
    return this.#send(url, { method: "POST", body: new URLSearchParams(form) });
  }

  /** Follows redirects while they stay within these origins; then gives where it leads. */
  async follow(response: Response, ...origins: readonly string[]): Promise<Response | string> {
    let current = response;
    for (let steps = 0; steps < 20; steps++) {
      const location = current.headers.get("location");
      if (location === null) return current;
      const target = new URL(location, current.url || origins[0]);
      if (!origins.includes(target.origin)) return target.href;
      current = await this.get(target.href);
    }
    throw new Error("redirected twenty times");
  }

  async #send(url: string, init: RequestInit): Promise<Response> {
    const { host } = new URL(url);
    const jar = this.#cookies.get(host) ?? new Map<string, string>();
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { ...init, redirect: "manual", headers: cookie ? { cookie } : {} });
    for (const text of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (name && value) jar.set(name, value);
      else if (name) jar.delete(name);
    }
    this.#cookies.set(host, jar);
    // A relative redirect is read against where it was given.
    return Object.defineProperty(response, "url", { value: url });
  }
}

/** The flow that a page's addresses name. */
export const flowOf = (page: string): string => /flow=([\w-]{43})/.exec(page)?.[1] ?? "";
