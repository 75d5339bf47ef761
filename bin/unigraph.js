#!/usr/bin/env node
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`unigraph needs Node.js 22.19 or newer; this is ${process.version}. In its own folder: npm start`);
  process.exitCode = 1;
} else
  import("../dist/src/main.js").catch((error) => {
    if (error.code !== "ERR_MODULE_NOT_FOUND" || !String(error.message).includes("dist/src/main.js")) throw error;
    console.error("unigraph is not built yet: npm run build");
    process.exitCode = 1;
  });
