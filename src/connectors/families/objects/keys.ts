/** A key in a URL, as services sign it: all but letters, digits, `-._~` and slashes is encoded. */
export const encodeKey = (key: string): string =>
  key
    .split("/")
    .map((name) =>
      encodeURIComponent(name).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join("/");
