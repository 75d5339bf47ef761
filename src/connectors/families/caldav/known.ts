import { createHash } from "node:crypto";

/** Names of one cursor; with more, a feed forgets what it knows of its largest calendars. */
export const KNOWN = 5000;
const BYTES = 3;

/**
 * The names that a calendar held when it was last asked, so that what is new can be told from what has changed: sync-collection
 * itself says neither. Kept within the cursor in three bytes each; two names in 16 million look alike.
 */
export class Known {
  private constructor(private readonly prints: Set<number>) {}

  static of(names: Iterable<string>): Known {
    return new Known(new Set(Array.from(names, print)));
  }
  static from(text: string): Known {
    const bytes = Buffer.from(text, "base64");
    const prints = new Set<number>();
    for (let at = 0; at + BYTES <= bytes.length; at += BYTES) prints.add(bytes.readUIntBE(at, BYTES));
    return new Known(prints);
  }

  get size(): number {
    return this.prints.size;
  }
  has(name: string): boolean {
    return this.prints.has(print(name));
  }
  add(name: string): void {
    this.prints.add(print(name));
  }
  delete(name: string): void {
    this.prints.delete(print(name));
  }

  toString(): string {
    const bytes = Buffer.alloc(this.prints.size * BYTES);
    let at = 0;
    for (const each of this.prints) at = bytes.writeUIntBE(each, at, BYTES);
    return bytes.toString("base64");
  }
}

const print = (name: string): number => createHash("sha256").update(name).digest().readUIntBE(0, BYTES);
