import type { ServiceKey, Store } from "../store/store.js";
import type { ClientKey } from "./oauth/service.js";
import type { Vault } from "./vault.js";

/** Applications' own OAuth clients at services: the client id in the clear, the secret sealed. */
export class ClientKeys {
  readonly #store: Store;
  readonly #vault: Vault;

  constructor(parts: { store: Store; vault: Vault }) {
    this.#store = parts.store;
    this.#vault = parts.vault;
  }

  /** A client secret as the store keeps it. */
  seal(application: string, service: string, secret: string): string {
    return this.#vault.seal(secret, placeOf(application, service));
  }

  async find(application: string, service: string): Promise<ClientKey | null> {
    const key = await this.#store.serviceKeys.find(application, service);
    return key && { clientId: key.clientId, secret: this.#open(key) };
  }

  #open({ application, service, sealed }: ServiceKey): string | null {
    return sealed === null ? null : this.#vault.open(sealed, placeOf(application, service));
  }
}

const placeOf = (application: string, service: string) => ({
  application,
  record: service,
  column: "client_secret",
  version: 1,
});
