import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

/** How a server that we did not write is installed and started for tests. `install` first, then `start`. */
export interface Recipe {
  name: string;
  /** Debian package → a file that it brings, by which it is known to be there. */
  packages: Readonly<Record<string, string>>;
  /** It runs as who runs the tests, be that root. */
  keepsRights?: boolean;
  /** Writes what the server needs into its folder and says how it is started. */
  prepare(place: Place): Promise<Launch>;
  /** Does what can be done only while it runs. */
  furnish?(place: Place): Promise<void>;
}
export interface Place {
  /** The server's own; everything it writes belongs there. */
  folder: string;
  /** Within `folder`, made already: where the server keeps its users' files. */
  files: string;
  /** Free a moment ago. */
  port: number;
}
export interface Launch {
  command: string;
  /** Of a server that stays in the foreground. */
  arguments: readonly string[];
  /** Begins with a slash. */
  path: string;
  /** Where it listens beside its port. */
  further?: readonly number[];
}

/** A running server on the loopback interface. */
export interface Server {
  /** `http://127.0.0.1:40123/dav/` */
  url: string;
  port: number;
  username: string;
  password: string;
  /** Where it keeps its users' files on this machine. */
  files: string;
  stop(): Promise<void>;
}

/** Who may log in on every server; the password holds what Basic and Digest separate by. */
export const USER = { username: "alice", password: 'open: "sesame", 1' } as const;

const isRoot = process.getuid?.() === 0;
/** Who the servers run as; null for who runs the tests. */
export const SYSTEM_USER = isRoot ? "www-data" : null;
const run = promisify(execFile);

/** Starts a server in a temporary folder of its own, as root only if it must be, and waits until it answers. */
export const start = async (recipe: Recipe): Promise<Server> => {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), `unigraph-${recipe.name}-`));
    const removeAtExit = () => rmSync(folder, { recursive: true, force: true });
    process.once("exit", removeAtExit);
    const clean = async () => {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      process.off("exit", removeAtExit);
    };
    const files = join(folder, "files");
    await mkdir(files);
    const place = { folder, files, port };
    const launch = await recipe.prepare(place);
    const mustYield = SYSTEM_USER !== null && !recipe.keepsRights;
    if (mustYield) await run("chown", ["-R", `${SYSTEM_USER}:${SYSTEM_USER}`, folder]);
    const privileges = [...PRIVILEGES, ...(mustYield ? unprivileged(SYSTEM_USER as string) : []), "--"];
    const child = spawn("setpriv", [...privileges, launch.command, ...launch.arguments], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, LANG: "C.UTF-8" },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const said = lastWords(child);
    const ports = [port, ...(launch.further ?? [])];
    const stop = async () => {
      await end(child);
      await closing(ports);
      await clean();
    };
    if (await answers(child, ports)) {
      const url = `http://127.0.0.1:${port}${launch.path}`;
      try {
        await recipe.furnish?.(place);
      } catch (error) {
        await stop();
        throw error;
      }
      return { url, port, ...USER, files, stop };
    }
    await stop();
    // Somebody else may have taken the port meanwhile.
    if (attempt === 3) throw new Error(`${recipe.name} does not start: ${said()}`);
  }
};

/** The server dies with us, however we die, and has no more rights than the folder's owner. */
const PRIVILEGES = ["--pdeathsig", "TERM"];
const unprivileged = (user: string) => ["--reuid", user, "--regid", user, "--clear-groups"];

/** Free a moment ago. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no loopback port to be had");
  return address.port;
};

/** The end of what a process has printed. */
const lastWords = (child: ChildProcess): (() => string) => {
  let words = "";
  const hear = (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-2000);
  };
  child.stdout?.on("data", hear);
  child.stderr?.on("data", hear);
  child.on("error", (error) => hear(Buffer.from(error.message)));
  return () => words.trim();
};

const hasEnded = (child: ChildProcess): boolean =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

/** False when the process has ended, or is still mute after thirty seconds. */
const answers = async (child: ChildProcess, ports: readonly number[]): Promise<boolean> => {
  for (let tries = 0; tries < 1500; tries++) {
    if ((await Promise.all(ports.map(accepts))).every(Boolean)) return !hasEnded(child);
    if (hasEnded(child)) return false;
    await delay(20);
  }
  return false;
};

/** A process that is being killed may hold the ports of its group a moment longer. */
const closing = async (ports: readonly number[]): Promise<void> => {
  for (let tries = 0; tries < 50; tries++) {
    if (!(await Promise.all(ports.map(accepts))).some(Boolean)) return;
    await delay(20);
  }
};

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const answer = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once("connect", () => answer(true)).once("error", () => answer(false));
  });

/** A server leads a process group: some end theirs themselves, and what is left of it ends with them. */
const end = async (child: ChildProcess): Promise<void> => {
  if (!hasEnded(child)) {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const timer = setTimeout(() => endGroup(child), 5000);
    await ended;
    clearTimeout(timer);
  }
  endGroup(child);
};

const endGroup = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
};
