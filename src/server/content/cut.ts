import { Readable } from "node:stream";

/** Takes pieces of given lengths off one stream, one after the other, without holding more than a chunk of it. */
export const cut = (body: Readable): ((length: number) => Readable) => {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let rest: Buffer = Buffer.alloc(0);
  async function* piece(length: number): AsyncGenerator<Buffer> {
    for (let missing = length; missing > 0; ) {
      if (rest.length === 0) {
        const { done, value } = await chunks.next();
        if (done) return;
        rest = value;
      }
      const taken = rest.subarray(0, missing);
      rest = rest.subarray(taken.length);
      missing -= taken.length;
      yield taken;
    }
  }
  return (length) => Readable.from(piece(length), { objectMode: false });
};
