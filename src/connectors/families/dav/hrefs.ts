/**
 * The names of an href: an absolute path or URL (RFC 4918, 8.3). Null where a name is not UTF-8, or holds a slash: such a
 * thing cannot be named by an id. `URL` would not do: it turns `\` into `/` and takes `%2e%2e` for the folder above.
 */
export const namesOfHref = (href: string): string[] | null => {
  const path = href.trim().replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, "");
  const names: string[] = [];
  for (const part of path.split("/")) {
    if (part === "") continue;
    const name = decodeName(part);
    if (name === null) return null;
    names.push(name);
  }
  return names;
};

/** Null for what is not UTF-8. */
export const decodeName = (part: string): string | null => {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
};
