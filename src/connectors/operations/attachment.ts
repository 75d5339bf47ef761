/** Native id of an attachment: services count those of each message or event apart. */
export const attachmentId = (parent: string, part: string): string => `${parent}\n${part}`;
export const ofAttachmentId = (native: string): { parent: string; part: string } => {
  const at = native.lastIndexOf("\n");
  return { parent: native.slice(0, Math.max(at, 0)), part: native.slice(at + 1) };
};
