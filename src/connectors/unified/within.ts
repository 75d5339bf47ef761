/**
 * Native ids of what the REST API finds through another object, an event through its calendar: that one's id, then its own. Of what
 * was told without the other one, the first is empty.
 */
export const within = (outer: string | null, inner: string): string => `${outer ?? ""}\n${inner}`;

export const ofWithin = (native: string): { outer: string; inner: string } => {
  const at = native.indexOf("\n");
  return { outer: native.slice(0, Math.max(at, 0)), inner: native.slice(at + 1) };
};
