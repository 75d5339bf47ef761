import type { Connector } from "../../connectors/connector.js";
import type { UnifiedApi } from "../api.js";
import { parseScope, scopeOf } from "./scope.js";

/**
 * The services that somebody may choose from, by title: those of the scope that ask who their user is, and where users are sent to
 * the service itself, those that know the application.
 */
export const offered = async (
  { connectors, store }: UnifiedApi,
  { application, scope: text }: { application: string; scope: string },
): Promise<Connector[]> => {
  const scope = parseScope(text, connectors);
  const known = new Set((await store.serviceKeys.list(application)).map(({ service }) => service));
  return [...connectors.values()]
    .filter((connector) => isForEverybody(connector, known) && scopeOf(scope, connector) !== null)
    .sort((one, other) => one.title.localeCompare(other.title));
};

const isForEverybody = ({ auth, service }: Connector, known: ReadonlySet<string>): boolean =>
  auth.scheme === "credentials" ||
  (auth.scheme === "oauth2" && (auth.authorize === undefined || auth.client !== undefined || known.has(service)));
