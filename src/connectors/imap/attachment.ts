import { Readable } from "node:stream";
import { Broken } from "../../errors.js";
import type { Loan } from "../../upstream/transports/transport.js";
import type { Context, Download } from "../connector.js";
import { notFound } from "./errors.js";
import { ofMessageId } from "./ids.js";
import type { Session } from "./session.js";
import { partsOf } from "./structure.js";
import { streaming } from "./transport.js";

/** Bytes that are asked for at once. */
const CHUNK = 512 << 10;

/** The decoded bytes of one part, no faster than they are read; how many, nobody knows before. */
export const attachment = async (context: Context, message: string, part: string): Promise<Download> => {
  const { folder, uidValidity, uid } = ofMessageId(message);
  return streaming(context, async (session, loan) => {
    await session.open(folder, { uidValidity });
    const [wire] = await session.fetch([uid], { bodyStructure: true });
    const leaf = wire && partsOf(wire.bodyStructure).attached.find(({ id }) => id === part);
    if (!leaf) throw notFound();
    const { content } = await session.client.download(String(uid), part, {
      uid: true,
      decodeText: false,
      chunkSize: CHUNK,
    });
    if (!content) throw notFound();
    const { mimeType } = leaf;
    return { body: new Body(loan, content), length: null, size: null, mimeType, etag: null, modified: null };
  });
};

const broken = (cause: unknown) => new Broken("The connection broke before the end of the attachment.", cause);

/** Keeps the connection as long as it is read; one that is left midway is nobody's any more. */
class Body extends Readable {
  #isWhole = false;
  readonly #leave = (): void => void this.destroy(this.loan.signal.reason);

  constructor(
    private readonly loan: Loan<Session>,
    private readonly content: Readable,
  ) {
    super({ highWaterMark: CHUNK });
    this.on("error", () => undefined); // nobody may be there to read it any more
    loan.rest();
    loan.signal.addEventListener("abort", this.#leave, { once: true });
    content
      .on("data", (chunk: Buffer) => this.#receive(chunk))
      .once("error", (error) => this.destroy(broken(error)))
      .once("end", () => this.#finish())
      .once("close", () => this.#isWhole || this.destroy(broken(undefined)))
      .pause();
    if (loan.signal.aborted) this.#leave();
  }

  override _read(): void {
    this.loan.moved();
    this.content.resume();
  }

  #receive(chunk: Buffer): void {
    this.loan.moved();
    if (this.push(chunk)) return;
    this.content.pause();
    this.loan.rest();
  }

  #finish(): void {
    this.#isWhole = true;
    this.push(null);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.loan.signal.removeEventListener("abort", this.#leave);
    if (this.#isWhole) {
      this.loan.connection.leave();
      this.loan.giveBack();
    } else {
      this.content.destroy();
      this.loan.throwAway();
    }
    done(error);
  }
}
