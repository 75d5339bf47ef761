/**
 * Counts passes of a name over all processes. A port with an embedded driver (`embedded/limiter.ts`) and later Redis; both pass
 * `test/conformance/limiter.ts`.
 */
export interface Limiter {
  /**
   * True where fewer than `count` passes of this name lie within the last `milliseconds`; then this is one more. Otherwise the
   * milliseconds until the next one may pass.
   */
  pass(
    name: string,
    limit: { count: number; milliseconds: number },
  ): { passed: true } | { passed: false; wait: number };
  close(): void;
}
