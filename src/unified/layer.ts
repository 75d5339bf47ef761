import type { ConnectedAccount } from "./account.js";

/** One unified operation under way. */
export interface Call {
  account: ConnectedAccount;
  /** `storage.list` */
  operation: string;
  /** The connector has it. */
  exists: boolean;
}

/** Wraps an operation: knows accounts and meaning, not HTTP. */
export type Layer = <Result>(call: Call, next: () => Promise<Result>) => Promise<Result>;

/** The first layer is the outermost. */
export const compose =
  (layers: readonly Layer[]): Layer =>
  (call, operation) => {
    const step = (index: number): ReturnType<typeof operation> => {
      const layer = layers[index];
      return layer ? layer(call, () => step(index + 1)) : operation();
    };
    return step(0);
  };
