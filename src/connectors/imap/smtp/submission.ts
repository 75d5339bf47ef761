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
    let broken: unknown;
    const guarded = async function* (refusal: () => unknown): AsyncGenerator<Buffer> {
      try {
        // It is read when the server waits for the mail: what ends here, and the connection with it, goes to nobody.
        broken = refusal();
        if (broken === undefined) yield* content as AsyncIterable<Buffer>;
      } catch (error) {
        broken = error;
      }
      // nodemailer writes into the errors that it is given.
      if (broken !== undefined) throw new Error("the mail broke off");
    };
    const body = Readable.from(
      guarded(() => this.#refusal()),
      { objectMode: false },
    );
    try {
      await new Promise<void>((resolve, reject) =>
        this.connection.send(envelope, body, (error) => (error ? reject(broken ?? error) : resolve())),
      );
    } finally {
      content.destroy();
    }
  }

  #refusal(): unknown {
    const { rejected = [], rejectedErrors = [] } = (this.connection as unknown as Undeclared)._envelope ?? {};
    return rejected.length > 0 ? refusedRecipients(rejected, rejectedErrors) : undefined;
  }

  async reset(): Promise<void> {
    await new Promise<void>((resolve, reject) => this.connection.reset((error) => (error ? reject(error) : resolve())));
  }
}
