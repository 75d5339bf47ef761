/** A name for saving, readable by every browser and escaping into no path or header. Source: RFC 6266, RFC 8187. */
export const contentDisposition = (name: string, inline = false): string => {
  const safe = name
    .toWellFormed()
    // Control characters and the marks that turn the direction of text have no place in a file's name.
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/[/\\]/g, "_");
  const ascii = safe.replace(/[^\x20-\x7e]/g, "_").replace(/["%]/g, "_") || "download";
  const encoded = encodeURIComponent(safe).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const kind = inline ? "inline" : "attachment";
  return ascii === safe ? `${kind}; filename="${ascii}"` : `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
};
