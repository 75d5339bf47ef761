import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** The folder with `package.json`, wherever the tests were built to. */
export const repository = ((): string => {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
})();

/** TypeScript files below these folders, as paths from the root of the repository. */
export const sourceFiles = (...folders: readonly string[]): string[] =>
  folders
    .flatMap((folder) =>
      readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
        .map(({ parentPath, name }) => relative(repository, join(parentPath, name))),
    )
    .sort();

export const readSource = (path: string): string => readFileSync(join(repository, path), "utf8");

/** Code without its comments; a `//` within a text counts as one only after a blank. */
export const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");

export interface Import {
  from: string;
  to: string;
  /** `import type`: gone at run time. */
  typeOnly: boolean;
}

const STATEMENT = /^\s*(?:import|export)\s+(type\s+)?(?:[\w*{][^;"']*?\sfrom\s+)?"(\.[^"]+)"/gm;
const DYNAMIC = /\bimport\(\s*"(\.[^"]+)"\s*\)/g;

/** What a file imports of the repository's own. */
export const importsOf = (from: string): Import[] => {
  const source = withoutComments(readSource(from));
  const target = (specifier: string) => join(dirname(from), specifier).replace(/\.js$/, ".ts");
  return [
    ...Array.from(source.matchAll(STATEMENT), ([, type, specifier]) => ({
      from,
      to: target(specifier as string),
      typeOnly: type !== undefined,
    })),
    ...Array.from(source.matchAll(DYNAMIC), ([, specifier]) => ({
      from,
      to: target(specifier as string),
      typeOnly: false,
    })),
  ];
};
