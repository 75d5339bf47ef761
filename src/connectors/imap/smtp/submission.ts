import { Readable } from "node:stream";
import type { NodemailerError } from "nodemailer/lib/errors";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { refusedRecipients } from "./errors.js";

/** What nodemailer does not declare of a mail under way: which recipients have been refused so far. */
interface Undeclared {
  _envelope?: { rejected?: readonly string[]; rejectedErrors?: readonly NodemailerError[] };
}

export interface Envelope {
  from: string;
  to: string[];
  /** Bytes. */
  size: number;
}

/** One connection that is logged in, for one mail after the other. */
export class Submission {
  #isOpen = true;
  constructor(readonly connection: SMTPConnection) {
    connection.once("end", () => {
      this.#isOpen = false;
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Hands a mail over, to all of its recipients or to none. */
  async send(envelope: Envelope, content: Readable): Promise<void> {
    const guarded = Readable.from(this.#forAllOnly(content), { objectMode: false });
    try {
      await new Promise<void>((resolve, reject) =>
        this.connection.send(envelope, guarded, (error) => (error ? reject(guarded.errored ?? error) : resolve())),
      );
    } finally {
      content.destroy();
    }
  }

  /** Read when the server waits for the mail: what ends here, and the connection with it, goes to nobody. */
  async *#forAllOnly(content: Readable): AsyncGenerator<Buffer> {
    const { rejected = [], rejectedErrors = [] } = (this.connection as unknown as Undeclared)._envelope ?? {};
    if (rejected.length > 0) throw refusedRecipients(rejected, rejectedErrors);
    yield* content as AsyncIterable<Buffer>;
  }

  async reset(): Promise<void> {
    await new Promise<void>((resolve, reject) => this.connection.reset((error) => (error ? reject(error) : resolve())));
  }
}
