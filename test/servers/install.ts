import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import type { Recipe } from "./server.js";

const isRoot = process.getuid?.() === 0;

/**
 * Makes the servers' programs be there. Answers false, or why that cannot be: the `skip` of a suite. It says so on standard
 * error as well, for a suite that is left out should not be overlooked.
 */
export const install = async (...recipes: readonly Pick<Recipe, "packages">[]): Promise<false | string> => {
  const missing = missingOf(recipes);
  if (missing.length === 0) return false;
  const reason = isRoot ? await installPackages(missing) : "only root may install them";
  const still = missingOf(recipes);
  if (still.length === 0) return false;
  const told = `the Debian packages ${still.join(" ")} are missing: ${reason ?? "they are not what was expected"}`;
  process.stderr.write(`\n!!! TESTS LEFT OUT: ${told}\n!!! To run them: apt-get install ${still.join(" ")}\n\n`);
  return told;
};

const missingOf = (recipes: readonly Pick<Recipe, "packages">[]): string[] =>
  recipes.flatMap(({ packages }) =>
    Object.entries(packages)
      .filter(([, file]) => !existsSync(file))
      .map(([name]) => name),
  );

/**
 * Under a lock, for test files run side by side. The lists of packages are fetched once at most: after a try, even a vain one,
 * they count as fresh for ten minutes. Debian starts a service as soon as it is installed unless `policy-rc.d` says 101.
 */
const SCRIPT = `
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > $policy && chmod 755 $policy
fi
apt() { apt-get -q -o DPkg::Lock::Timeout=120 -o Acquire::Retries=1 -o Acquire::http::Timeout=15 "$@"; }
add() { apt install -y --no-install-recommends "$@"; }
fetched=/var/lib/apt/lists/partial
add "$@" && exit 0
[ -n "$(find $fetched -maxdepth 0 -mmin -10 2>/dev/null)" ] && exit 1
apt update; [ -d $fetched ] && touch $fetched
add "$@"
`;

const installPackages = async (packages: readonly string[]): Promise<string | null> => {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    await promisify(execFile)("flock", ["/var/lib/dpkg", "sh", "-c", SCRIPT, "sh", ...packages], {
      env,
      timeout: 300_000,
      maxBuffer: 2 ** 24,
    });
    return null;
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    return stderr.trim().split("\n").at(-1) || "apt-get failed";
  }
};
