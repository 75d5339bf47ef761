import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { Server } from "../../test/servers/server.js";
import type { Figures } from "./figures.js";
import type { Service } from "./services.js";
import { PARALLEL } from "./tasks.js";

const PROGRAM = "/usr/bin/rclone";
/** Milliseconds between two looks at its memory, whose peak the kernel keeps. */
const LOOKS = 5;

/** rclone with one remote, which is the account's folder. */
export class Rclone {
  private constructor(
    readonly remote: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async on(service: Service, server: Server): Promise<Rclone> {
    const plain = new Rclone("", { RCLONE_CONFIG: "/dev/null", PATH: process.env.PATH ?? "" });
    const password = (await plain.run(["obscure", server.password])).said.trim();
    const env: Record<string, string> = {
      ...plain.env,
      RCLONE_TRANSFERS: `${PARALLEL}`,
      RCLONE_CHECKERS: `${PARALLEL}`,
    };
    for (const [name, value] of Object.entries({ pass: password, ...service.remote(server) }))
      env[`RCLONE_CONFIG_BENCH_${name.toUpperCase()}`] = value;
    return new Rclone(`bench:${service.root(server)}`, env);
  }

  /** One command from its start to its end. */
  async run(parameters: readonly string[]): Promise<Figures & { said: string }> {
    const began = performance.now();
    const child = spawn(PROGRAM, parameters, { env: this.env, stdio: ["ignore", "pipe", "inherit"] });
    let mebibytes = 0;
    const looking = setInterval(() => {
      mebibytes = Math.max(mebibytes, peakOf(child.pid));
    }, LOOKS);
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
    clearInterval(looking);
    if (code !== 0) throw new Error(`rclone ${parameters[0]} ended with ${code}`);
    return { seconds: (performance.now() - began) / 1000, mebibytes, said };
  }
}

const peakOf = (process: number | undefined): number => {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${process}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0; // it has ended
  }
};
