import type { Upload } from "../store/store.js";
import type { UnifiedApi } from "../unified/api.js";
import type { Log } from "./running.js";

/** Milliseconds between two sweeps; how long after its end an upload is left alone, for its last turn may still arrive. */
const INTERVAL = 10 * 60_000;
const GRACE = 60 * 60_000;
/** Milliseconds that a service has to forget its parts. */
const PATIENCE = 10_000;
const BATCH = 100;
/** Milliseconds that an upload lives at most; what has waited longer belongs to none. */
const LIFETIME = 25 * 3_600_000;

export interface UploadSweeper {
  /** One sweep now, as of a time in milliseconds since 1970. */
  sweep(now: number): Promise<void>;
  stop(): Promise<void>;
}

/** Forgets uploads whose time is over: what the service has of them, what waits here, the row. */
export const sweepUploads = (
  unified: UnifiedApi,
  spool: { remove(id: string): Promise<void>; sweep(before: number): Promise<void> },
  log: Log,
): UploadSweeper => {
  const end = new AbortController();

  const forget = async (upload: Upload): Promise<void> => {
    if (upload.file === null && upload.session)
      // A courtesy: services forget parts on their own in the end.
      await abortParts(unified, upload, AbortSignal.any([end.signal, AbortSignal.timeout(PATIENCE)])).catch(
        (error: unknown) =>
          log.error({ err: error, upload: upload.id }, "The parts of an upload could not be given up."),
      );
    await spool.remove(upload.id);
    await unified.store.uploads.delete(upload.id);
  };

  const sweep = async (now: number): Promise<void> => {
    for (;;) {
      const expired = (await unified.store.uploads.expired(BATCH)).filter(
        ({ expires }) => Date.parse(expires) + GRACE <= now,
      );
      for (const upload of expired) {
        if (end.signal.aborted) return;
        await forget(upload);
      }
      if (expired.length < BATCH) break;
    }
    await spool.sweep(now - LIFETIME);
  };

  let sweeping: Promise<void> = Promise.resolve();
  const look = (): void => {
    sweeping = sweeping
      .then(() => sweep(Date.now()))
      .catch((error: unknown) => log.error({ err: error }, "Old uploads could not be swept."));
  };
  const timer = setInterval(look, INTERVAL).unref();
  look();
  return {
    sweep,
    stop: async () => {
      clearInterval(timer);
      end.abort();
      await sweeping;
    },
  };
};

const abortParts = async (unified: UnifiedApi, upload: Upload, signal: AbortSignal): Promise<void> => {
  const [record] = await unified.store.accounts.getMany([upload.account]);
  if (!record || !upload.session) return;
  const session = unified.internal(record.application, signal);
  const account = await session.account(record.id, upload.user === null ? {} : { user: upload.user });
  await account.storage.parts?.abort(upload.session);
};
