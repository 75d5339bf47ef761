import type { Context } from "../connectors/connector.js";
import type { Api } from "../ids.js";
import type { ConnectedAccount } from "./account.js";
import { compose, type Layer } from "./layer.js";
import { activity } from "./layers/activity.js";
import { capability } from "./layers/capability.js";
import { errorContext } from "./layers/errorContext.js";

type Operation = (context: Context, ...rest: unknown[]) => Promise<unknown>;

/** From the caller inwards. */
const layers: Layer = compose([errorContext, capability, activity]);

/** Operations of one account that belong together: runs them by name, each through the layers. */
export class Operations {
  constructor(
    readonly account: ConnectedAccount,
    private readonly api: Api,
    private readonly declared: object | undefined,
    private readonly raw: boolean,
    /** `storage`, `crm.contacts` */
    private readonly path: string = api,
  ) {}

  can(name: string): boolean {
    return (
      typeof (this.declared as Record<string, unknown> | undefined)?.[name] === "function" &&
      this.account.offers(this.api)
    );
  }

  /** `crm.contacts.list` */
  nameOf(name: string): string {
    return `${this.path}.${name}`;
  }

  run(name: string, parameters: readonly unknown[]): Promise<unknown> {
    const { account, api, declared } = this;
    const call = { account, operation: this.nameOf(name), exists: this.can(name) };
    return layers(call, async () => {
      const operation = (declared as Record<string, Operation>)[name] as Operation;
      return operation.call(declared, account.context(api, this.raw), ...parameters);
    });
  }
}

/** Gives a class one method per operation: `names` without their context, run through the layers. */
export const defineOperations = (target: { prototype: Operations }, names: readonly string[]): void => {
  for (const name of names)
    Object.defineProperty(target.prototype, name, {
      configurable: true,
      writable: true,
      value(this: Operations, ...parameters: unknown[]) {
        return this.run(name, parameters);
      },
    });
};
