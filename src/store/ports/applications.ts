/** A tenant: a company's product. */
export interface Application {
  id: string;
  name: string;
  description: string | null;
  logoUrl: string | null;
  /** People may connect accounts to it. */
  active: boolean;
  /** Its pages may be given a token in the fragment of a redirect. */
  implicitGrantEnabled: boolean;
  recentEnabled: boolean;
  eventsEnabled: boolean;
  /** Where it came from, as whoever made it says. */
  source: string | null;
  created: string;
  modified: string;
}
export type ApplicationChange = Partial<Omit<Application, "id" | "created" | "modified">>;
export interface Applications {
  get(id: string): Promise<Application | null>;
  first(): Promise<Application | null>;
  /** All of them, oldest first. */
  list(): Promise<Application[]>;
  /** Active; every other switch is off unless it is given. */
  create(application: ApplicationChange & Pick<Application, "id" | "name">): Promise<Application>;
  update(id: string, change: ApplicationChange): Promise<Application | null>;
  /** The application with its keys, redirect URIs, domains, accounts and all that is theirs. */
  delete(id: string): Promise<boolean>;
}

/** Where an application may be answered after somebody has connected an account. */
export interface RedirectUri {
  id: number;
  application: string;
  uri: string;
  created: string;
}
export interface RedirectUris {
  create(redirect: Pick<RedirectUri, "application" | "uri">): Promise<RedirectUri>;
  list(application: string): Promise<RedirectUri[]>;
  delete(application: string, id: number): Promise<boolean>;
}

/** A host, with its port unless it is the usual one, whose pages may be given tokens: `app.example.com`, `localhost:8000`. */
export interface TrustedDomain {
  id: number;
  application: string;
  domain: string;
  created: string;
}
export interface TrustedDomains {
  create(domain: Pick<TrustedDomain, "application" | "domain">): Promise<TrustedDomain>;
  list(application: string): Promise<TrustedDomain[]>;
  delete(application: string, id: number): Promise<boolean>;
}

/** An application's own OAuth client at a service; one for each service. */
export interface ServiceKey {
  id: number;
  application: string;
  service: string;
  clientId: string;
  /** The client secret; null for a public client. */
  sealed: string | null;
  created: string;
  modified: string;
}
export interface ServiceKeys {
  create(key: Pick<ServiceKey, "application" | "service" | "clientId" | "sealed">): Promise<ServiceKey>;
  /** The one of a service. */
  find(application: string, service: string): Promise<ServiceKey | null>;
  list(application: string): Promise<ServiceKey[]>;
  update(
    application: string,
    id: number,
    change: Partial<Pick<ServiceKey, "clientId" | "sealed">>,
  ): Promise<ServiceKey | null>;
  delete(application: string, id: number): Promise<boolean>;
}
