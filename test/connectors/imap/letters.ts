import { mail } from "./account.js";

/** A mail of a conversation, by its number. */
export interface Letter {
  number: number;
  /** Message-IDs, from the first mail of the conversation on. */
  chain: string[];
  message: Buffer;
}

/** No other mail has such a number. */
const FIRST = 10_000;

const idOf = (number: number): string => `<${number}@example.com>`;

/**
 * Conversations at random, in any order, as mail programs write them: with all that came before in References, some of it left out in the
 * middle of a long chain, or, at the beginning, in In-Reply-To alone. About every sixth mail has got lost.
 */
export const randomLetters = (count: number, seed: number): Letter[] => {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const letters: Letter[] = [];
  for (let number = 0; number < count; number++) {
    const answered = random(3) === 0 ? undefined : letters[random(letters.length)];
    const before = answered ? [...answered.chain, idOf(answered.number)] : [];
    const chain = before.length > 5 ? [before[0] as string, ...before.slice(-3)] : before;
    const last = chain.at(-1);
    const names = chain.length === 1 && random(3) === 0 ? [] : chain;
    const lines = [
      ...(names.length > 0 ? [`References: ${names.join("\r\n ")}`] : []),
      ...(last !== undefined && (names.length === 0 || random(2) === 0) ? [`In-Reply-To: ${last}`] : []),
    ];
    // Few subjects for many conversations.
    const message = mail(FIRST + number, lines)
      .toString()
      .replace(/^Subject: .*$/m, `Subject: Subject ${random(7)}`);
    letters.push({ number: FIRST + number, chain, message: Buffer.from(message) });
  }
  return letters
    .filter(() => random(6) > 0)
    .map((letter) => [random(2 ** 30), letter] as const)
    .sort(([one], [other]) => one - other)
    .map(([, letter]) => letter);
};
