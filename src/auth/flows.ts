import type { Flow, Store } from "../store/store.js";
import { hashOf, opaque, same } from "./opaque.js";
import type { Vault } from "./vault.js";

/** Milliseconds from the first page to the last. */
const LIFETIME = 10 * 60_000;
/** Flows at a time, for anybody may begin one. */
const KEPT = 10_000;

export interface OpenFlow<Contents> {
  application: string;
  service: string | null;
  contents: Contents;
}

/**
 * What is under way while somebody connects an account: known to the browser by a token of 256 bits, to us by its hash, and good
 * only together with that browser's own cookie. What it holds is sealed.
 */
export class Flows {
  readonly #store: Store;
  readonly #vault: Vault;
  readonly #now: () => number;

  /** `now`: milliseconds since 1970. */
  constructor(parts: { store: Store; vault: Vault; now?: () => number }) {
    this.#store = parts.store;
    this.#vault = parts.vault;
    this.#now = parts.now ?? Date.now;
  }

  /** `browser`: the text of its cookie; null: it becomes the first one's that opens it. `contents` is kept as JSON. */
  async begin(
    { application, service = null, browser }: { application: string; service?: string | null; browser: string | null },
    contents: object,
  ): Promise<{ token: string; expires: string }> {
    const token = opaque();
    const hash = hashOf(token);
    const expires = new Date(this.#now() + LIFETIME).toISOString();
    const sealed = this.#vault.seal(JSON.stringify(contents), placeOf(application, hash));
    const cookie = browser === null ? null : hashOf(browser);
    await this.#store.flows.create({ hash, application, service, cookie, sealed, expires }, KEPT);
    return { token, expires };
  }

  /** Null for one that is unknown, over, used, or another browser's. */
  async open<Contents>(token: string, browser: string): Promise<OpenFlow<Contents> | null> {
    const [hash, cookie] = [hashOf(token), hashOf(browser)];
    const flow = await this.#store.flows.get(hash);
    if (!flow) return null;
    const mine = flow.cookie === null ? await this.#store.flows.bind(hash, cookie) : same(flow.cookie, cookie);
    return mine ? this.#read(flow) : null;
  }

  /** The same, and nobody can open it any more. Another browser's try leaves it as it is. */
  async take<Contents>(token: string, browser: string): Promise<OpenFlow<Contents> | null> {
    if ((await this.open(token, browser)) === null) return null;
    const flow = await this.#store.flows.take(hashOf(token));
    return flow && this.#read(flow);
  }

  #read<Contents>({ application, service, hash, sealed }: Flow): OpenFlow<Contents> {
    const contents = JSON.parse(this.#vault.open(sealed, placeOf(application, hash))) as Contents;
    return { application, service, contents };
  }
}

const placeOf = (application: string, hash: string) => ({ application, record: hash, column: "flow", version: 1 });
