import { readdirSync, readlinkSync } from "node:fs";

/** What this process holds of the machine. */
export interface Usage {
  /** MiB */
  rss: number;
  heap: number;
  external: number;
  /** Open, sockets among them. */
  descriptors: number;
  sockets: number;
}

const FOLDER = "/proc/self/fd";

export const usage = (): Usage => {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const targets = descriptors();
  return {
    rss: rss / 2 ** 20,
    heap: heapUsed / 2 ** 20,
    external: external / 2 ** 20,
    descriptors: targets.length,
    sockets: targets.filter((target) => target.startsWith("socket:")).length,
  };
};

/** What each open descriptor leads to. Libuv's one for all files that are watched stays open once it was needed. */
export const descriptors = (): string[] =>
  readdirSync(FOLDER).flatMap((name) => {
    try {
      const target = readlinkSync(`${FOLDER}/${name}`);
      return target === "anon_inode:inotify" ? [] : [target];
    } catch {
      return []; // the one that lists them, closed since
    }
  });

/** By least squares: how much `y` grows with each `x`. */
export const slopeOf = (points: readonly (readonly [x: number, y: number])[]): number => {
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const along = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return along / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
};
