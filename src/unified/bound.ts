import type { Context, EventsOperations, StorageOperations } from "../connectors/connector.js";

/** A function whose first parameter, the context, is already filled in. */
type WithoutContext<Operation> = Operation extends (context: Context, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result
  : never;

type IsOperation<Value> = Value extends (context: Context, ...rest: never[]) => unknown ? true : false;

/**
 * A category's operations as callers of `unified/` see them: the context filled in, every one of them there. What the service
 * lacks throws `not_implemented` before any request.
 */
export type Bound<Operations> = {
  [Name in keyof Operations as IsOperation<NonNullable<Operations[Name]>> extends true
    ? Name
    : never]-?: WithoutContext<NonNullable<Operations[Name]>>;
};

export type BoundStorage = Bound<StorageOperations>;
export type BoundEvents = Bound<EventsOperations>;
export type BoundParts = Bound<NonNullable<StorageOperations["parts"]>>;
