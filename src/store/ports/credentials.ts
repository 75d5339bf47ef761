/**
 * The credential of an account, sealed, with the lease that makes its renewal single: who holds `leaseOwner` until
 * `leaseUntil` (the store's clock) may ask the service for a new one, and saves it only if `version` is still the one it read.
 */
export interface StoredCredential {
  account: number;
  version: number;
  sealed: string;
  /** `uncertain`: a holder died after the service may have answered. `dead`: the service has refused it for good. */
  state: "valid" | "refreshing" | "uncertain" | "dead";
  leaseOwner: string | null;
  leaseUntil: string | null;
  /** Not to be renewed before. */
  retryAt: string | null;
}
export interface Credentials {
  get(account: number): Promise<StoredCredential | null>;
  /** True for the one caller that may renew this version now. An expired lease is taken over, and told as `uncertain`. */
  claim(
    account: number,
    version: number,
    owner: string,
    seconds: number,
  ): Promise<{ claimed: boolean; credential: StoredCredential | null }>;
  /** Saves the version after this one and frees any lease; false when somebody else has saved since. */
  swap(account: number, version: number, sealed: string): Promise<boolean>;
  /** Frees one's own lease without a new version; false when it was not one's own any more. */
  release(
    account: number,
    owner: string,
    state: StoredCredential["state"],
    retryAfterSeconds?: number,
  ): Promise<boolean>;
}
