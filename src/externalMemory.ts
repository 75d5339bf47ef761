import { setFlagsFromString } from "node:v8";

/**
 * Bytes on their way count as a part of the heap. By default V8 collects all of it anew for every 64 MiB of buffers, which is half of
 * what a long download costs; see ADR 17. To be imported first. Older engines than Node.js 24's do not know it.
 */
if (Number(process.versions.node.split(".")[0]) >= 24)
  setFlagsFromString("--external-memory-accounted-in-global-limit");
