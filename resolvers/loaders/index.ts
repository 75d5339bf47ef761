import DataLoader from "dataloader";
import type { Resource } from "../../schema/common/resource.js";
import type { Contact } from "../../schema/crm/contact.js";
import type { EmailBody, Page, StorageItem, StorageKey } from "../../src/connectors/connector.js";
import { ApiError } from "../../src/errors.js";
import type { Lists } from "../../src/unified/collection.js";
import { contactsByEmail } from "../../src/unified/questions/contacts.js";
import type { Session } from "../../src/unified/session.js";
import { UnifiedStorage } from "../../src/unified/storage/storage.js";
import type { ObjectRef } from "../objectRef.js";
import { grouped } from "./grouped.js";

/** One set per request: its memory must not outlive the caller's permissions. */
export interface Loaders {
  /** Any object that lives in a service; `raw`: with the service's own beside it. */
  objects(raw: boolean): DataLoader<ObjectRef, Resource, unknown>;
  /** The contact of an e-mail address in lower case, in any of the caller's CRM accounts. */
  contacts: DataLoader<string, Contact | null>;
  /** Texts of mails that came without them. */
  bodies: DataLoader<ObjectRef, EmailBody, unknown>;
  /** First pages of folders, by page size. */
  contents(limit: number, raw: boolean): DataLoader<ObjectRef, Page<StorageItem>, unknown>;
  /** First pages of lists: those of one collection that are asked for together are one question. */
  firstPage<Item, Query extends object>(
    collection: Lists<Item, Query>,
    query: Query,
    limit: number,
  ): Promise<Page<Item>>;
}

export const createLoaders = (session: Session): Loaders => {
  const plain = objectLoader(false);
  const withRaw = objectLoader(true);
  const contents = new Map<string, DataLoader<ObjectRef, Page<StorageItem>, unknown>>();
  const firstPages = new Map<number, DataLoader<Question, Page<unknown>, unknown>>();
  return {
    objects: (raw) => (raw ? withRaw : plain),
    contacts: new DataLoader((addresses) => contactsByEmail(session, addresses), { maxBatchSize: 100 }),
    bodies: bodyLoader(),
    contents(limit, raw) {
      const shape = `${limit} ${raw}`;
      let loader = contents.get(shape);
      if (!loader) {
        loader = new DataLoader(
          grouped(
            (ref: ObjectRef) => ref.scope.apis(raw).storage,
            (storage, refs) => storage.listMany(refs.map(nativeOf), limit),
          ),
          { cacheKeyFn: cacheKey() },
        );
        contents.set(shape, loader);
      }
      return loader;
    },
    firstPage<Item, Query extends object>(collection: Lists<Item, Query>, query: Query, limit: number) {
      let loader = firstPages.get(limit);
      if (!loader) {
        loader = firstPageLoader(limit);
        firstPages.set(limit, loader);
      }
      const question = { collection: collection as unknown as Question["collection"], query };
      return loader.load(question) as Promise<Page<Item>>;
    },
  };
};

const objectLoader = (raw: boolean): DataLoader<ObjectRef, Resource, unknown> =>
  new DataLoader(
    grouped(
      ({ scope, api, type }: ObjectRef) =>
        api === "storage" ? scope.apis(raw).storage : scope.apis(raw).readerOf(api, type),
      async (reader, refs): Promise<(Resource | Error)[]> => {
        if (reader === null) return refs.map(() => new ApiError("not_found", "There is no object with this id."));
        if (reader instanceof UnifiedStorage) return reader.getMany(refs.map(keyOf));
        return reader.getMany(refs.map(nativeOf)) as Promise<(Resource | Error)[]>;
      },
    ),
    { cacheKeyFn: cacheKey() },
  );

/** Mails of one call for their texts. */
const BODIES = 100;

const bodyLoader = (): DataLoader<ObjectRef, EmailBody, unknown> =>
  new DataLoader(
    grouped(
      ({ scope }: ObjectRef) => scope,
      (scope, refs) => scope.apis(false).email.bodies(refs.map(nativeOf)),
    ),
    { cacheKeyFn: cacheKey(), maxBatchSize: BODIES },
  );

interface Question {
  collection: Lists<unknown, object>;
  query: object;
}

const firstPageLoader = (limit: number): DataLoader<Question, Page<unknown>, unknown> =>
  new DataLoader(
    grouped(
      ({ collection }: Question) => collection,
      (collection, questions) =>
        collection.listMany(
          questions.map(({ query }) => query),
          limit,
        ),
    ),
    { cacheKeyFn: questionKey() },
  );

const nativeOf = ({ native }: ObjectRef): string => native;
const keyOf = ({ type, native }: ObjectRef): StorageKey => ({ type: type as StorageKey["type"], id: native });

/** Two ids of one object in one view are one key. A service may count its files and its folders apart. */
const cacheKey = () => {
  const number = numbered();
  return ({ scope, api, type, native }: ObjectRef): string => `${number(scope)} ${api}.${type} ${native}`;
};

const questionKey = () => {
  const number = numbered();
  return ({ collection, query }: Question): string => `${number(collection)} ${JSON.stringify(query)}`;
};

/** A number for each object that it meets. */
const numbered = () => {
  const numbers = new Map<object, number>();
  return (met: object): number => {
    let number = numbers.get(met);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(met, number);
    }
    return number;
  };
};
