/** What a packet holds behind its type and number: uint32, uint64, and strings behind their length. */
export type Field = number | bigint | string | Buffer;

/** Bytes before the fields: length, type, number. */
const HEAD = 9;

/** A packet. */
export const encode = (type: number, id: number, fields: readonly Field[]): Buffer => {
  const parts = fields.map((field) => (typeof field === "string" ? Buffer.from(field) : field));
  const packet = Buffer.allocUnsafe(parts.reduce<number>((sum, part) => sum + lengthOf(part), HEAD));
  packet.writeUInt32BE(packet.length - 4, 0);
  packet.writeUInt8(type, 4);
  let at = packet.writeUInt32BE(id, 5);
  for (const part of parts)
    if (typeof part === "number") at = packet.writeUInt32BE(part, at);
    else if (typeof part === "bigint") at = packet.writeBigUInt64BE(part, at);
    else at = packet.writeUInt32BE(part.length, at) + part.copy(packet, at + 4);
  return packet;
};

const lengthOf = (part: number | bigint | Buffer): number =>
  typeof part === "number" ? 4 : typeof part === "bigint" ? 8 : 4 + part.length;

/** Reads a request, field by field. Throws `RangeError` behind its end. */
export class Fields {
  #at = 0;
  constructor(private readonly bytes: Buffer) {}

  uint32(): number {
    const value = this.bytes.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }
  uint64(): number {
    const value = this.bytes.readBigUInt64BE(this.#at);
    this.#at += 8;
    return Number(value);
  }
  string(): Buffer {
    const length = this.uint32();
    const end = this.#at + length;
    if (end > this.bytes.length) throw new RangeError("A string ends behind its packet.");
    const value = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return value;
  }
  text(): string {
    return this.string().toString();
  }
}

/** Types of packets (draft-ietf-secsh-filexfer-02, 3). */
export const REQUEST = {
  init: 1,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  remove: 13,
  realpath: 16,
  stat: 17,
  rename: 18,
  extended: 200,
} as const;
export const ANSWER = {
  version: 2,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attributes: 105,
  extended: 201,
} as const;
