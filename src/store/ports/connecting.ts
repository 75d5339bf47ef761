/** Somebody is about to connect an account. Known by the SHA-256 of a token that only the browser has. */
export interface Flow {
  hash: string;
  application: string;
  /** Null until it is chosen. */
  service: string | null;
  /** SHA-256 of the cookie of the browser that it belongs to; null until one has opened it. */
  cookie: string | null;
  sealed: string;
  created: string;
  expires: string;
}
export interface Flows {
  /** Of more than `kept` the oldest give way, a hundred at a time. */
  create(flow: Omit<Flow, "created">, kept: number): Promise<void>;
  /** Null for one whose time is over. */
  get(hash: string): Promise<Flow | null>;
  /** Makes it this browser's; false when it is another's already. */
  bind(hash: string, cookie: string): Promise<boolean>;
  /** To the one caller that asks first; null to all others. */
  take(hash: string): Promise<Flow | null>;
}

/** An authorization code (RFC 6749, 4.1.2) for one account, known by its SHA-256. */
export interface Code {
  hash: string;
  application: string;
  account: number;
  redirectUri: string;
  /** Whose the account becomes when the code is redeemed; null: nobody was named. */
  endUser: string | null;
  created: string;
  expires: string;
}
export interface Codes {
  create(code: Omit<Code, "created">): Promise<void>;
  /** To the one caller that asks first; null to all others, and once its time is over. */
  take(hash: string): Promise<Code | null>;
}
