/** Bounds of what one message may cost, whatever is in it. Beyond them it is cut, and says so (`Cut`). */
export const LIMITS = {
  /** Bytes of the head of a message or part; a short line counts as 64. Exchange takes no more, Postfix 100 KiB. */
  headBytes: 256 * 2 ** 10,
  /** The same, of all parts together. */
  headerBytes: 2 ** 20,
  /** Parts, the multiparts that hold them included. */
  parts: 1000,
  /** Parts within each other; real messages stay below ten. */
  depth: 20,
  /** Bytes of all plain texts together, and of all HTML together, before their character set is decoded. */
  textBytes: 4 * 2 ** 20,
  /**
   * Characters that are converted from HTML to text or back, of all texts together. The converter is slow where markup is dense
   * (0.5 s for this much of the worst kind found), and newsletters stay below because Gmail shows no more than 102 KB.
   */
  converted: 256 * 2 ** 10,
  /** Lists and quotations within each other that a derived text indents; more would multiply its length. */
  indents: 10,
  references: 100,
} as const;
