import { Arg, Authorized, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import { Account } from "../../schema/common/account.js";
import { ApiEnum } from "../../schema/common/api.js";
import { Service } from "../../schema/common/service.js";
import type { Connector } from "../../src/connectors/connector.js";
import type { Api, Ids, Named } from "../../src/ids.js";
import type { UnifiedApi } from "../../src/unified/api.js";
import { apisOf, capabilitiesOf } from "../../src/unified/capabilities.js";
import type { Context } from "../context.js";
import type { ObjectRef } from "../objectRef.js";

@Resolver(() => Service)
export class ServiceResolver {
  @Authorized("read")
  @Query(() => Service, {
    nullable: true,
    description: "A service by its identifier; null for one that is not known here.",
  })
  service(@Arg("name", () => String) name: string, @Ctx() { session, caller }: Context): Service | null {
    const connector = session.unified.connectors.get(name);
    return connector ? describe(connector, session.unified.ids, caller.application) : null;
  }

  @Authorized("read")
  @Query(() => [Service], { description: "What accounts can be connected to." })
  services(
    @Arg("api", () => [ApiEnum], { nullable: true }) api: Api[] | null,
    @Ctx() { session, caller }: Context,
  ): Service[] {
    return [...session.unified.connectors.values()]
      .filter((connector) => !api || apisOf(connector).some((one) => api.includes(one)))
      .map((connector) => describe(connector, session.unified.ids, caller.application));
  }
}

@Resolver(() => Account)
export class AccountServiceResolver {
  @FieldResolver(() => Service)
  service(@Root() { id }: Account): Service {
    const { connector, ids, application } = (id as ObjectRef).scope;
    return describe(connector, ids, application);
  }
}

/** The service that a decoded id names; null when it is no service's id. */
export const toService = (
  { ids, connectors }: UnifiedApi,
  { account, type, native }: Named,
  application: string,
): Service | null => {
  const connector = account === 0 && type === "service" ? connectors.get(native) : undefined;
  return connector ? describe(connector, ids, application) : null;
};

/** Its id is sealed only where it is selected; the rest is the same for everybody. */
const describe = (connector: Connector, ids: Ids, application: string): Service => {
  let facts = known.get(connector);
  if (!facts) {
    facts = factsOf(connector);
    known.set(connector, facts);
  }
  const named: Named = { account: 0, api: "meta", type: "service", native: connector.service };
  return {
    ...facts,
    get id() {
      return ids.encode(application, named);
    },
  };
};
const known = new WeakMap<Connector, Omit<Service, "id">>();

const factsOf = (connector: Connector): Omit<Service, "id"> => ({
  api: "meta",
  type: "service",
  name: connector.service,
  title: connector.title,
  category: connector.category,
  apis: apisOf(connector),
  capabilities: capabilitiesOf(connector),
  logo: null,
  authentication: {
    scheme: connector.auth.scheme,
    fields: connector.auth.fields.map((field) => ({ ...field, hint: field.hint ?? null })),
  },
});
