import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { NetworkAnswer, NetworkRequest } from "./process.js";

/** Networks that fail; see `process.ts`. */
export interface Network {
  /** The port by which a port of this machine is reached through it. */
  way(to: number, ftp?: boolean): Promise<number>;
  /** From now on there are faults. */
  fail(): Promise<void>;
  /** Faults so far, by kind. */
  faults(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

export const openNetwork = (): Network => {
  const child = fork(fileURLToPath(new URL("./process.js", import.meta.url)), { execArgv: [] });
  let turn: Promise<unknown> = Promise.resolve();
  const ask = <Answer extends NetworkAnswer>(request: NetworkRequest): Promise<Answer> => {
    const asked = turn.then(async () => {
      child.send(request);
      const [answer] = (await once(child, "message")) as [Answer];
      return answer;
    });
    turn = asked;
    return asked;
  };
  return {
    way: (to, ftp = false) => ask<number>({ ask: "way", to, ftp }),
    async fail() {
      await ask({ ask: "fail" });
    },
    faults: () => ask<Exclude<NetworkAnswer, number>>({ ask: "faults" }),
    async close() {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
};
