/** Bytes that every service copies at once. */
const LITTLE = 64 * 2 ** 20;
/** Bytes of one request that no service is slower to copy in a millisecond. */
const PACE = 4 * 2 ** 10;

/** For a request that makes the service copy so many bytes. */
export const copying = (bytes: number): { deadlineMs?: number } =>
  bytes > LITTLE ? { deadlineMs: Math.ceil(bytes / PACE) } : {};

/** For a request that makes it put so many parts together. */
export const completing = (parts: number): { deadlineMs: number } => ({ deadlineMs: 30_000 + 60 * parts });
