import type { MessageStructureObject } from "imapflow";
import type { Part } from "../families/mime/parts.js";
import { isBody } from "../families/mime/role.js";

/** A part of a mail that holds no others, as BODYSTRUCTURE tells it (RFC 9051, 7.5.2). */
export interface Leaf extends Omit<Part, "content"> {
  /** Content-Transfer-Encoding. */
  encoding: string | null;
  /** Bytes as they are sent, encoded. */
  size: number | null;
}
export type Text = Leaf & { mimeType: "text/plain" | "text/html" };

/** Parts of one mail; what lies beyond is not told. */
const PARTS = 1000;
const DEPTH = 20;

/** The texts of a mail, and what goes with it. A mail within it is one attachment, whatever it holds. */
export const partsOf = (structure: MessageStructureObject | undefined): { texts: Text[]; attached: Leaf[] } => {
  const texts: Text[] = [];
  const attached: Leaf[] = [];
  const walk = (node: MessageStructureObject, around: Around, depth: number): void => {
    if (texts.length + attached.length >= PARTS || depth > DEPTH) return;
    const { part = "", type, childNodes } = node;
    if (type.startsWith("multipart/") && childNodes) {
      const alternative = type === "multipart/alternative" ? part : around.alternative;
      for (const child of childNodes) walk(child, { alternative, related: type === "multipart/related" }, depth + 1);
      return;
    }
    const leaf = toLeaf(node, around);
    if (isBody(leaf, texts.length + attached.length === 0)) texts.push(leaf as Text);
    else attached.push(leaf);
  };
  if (structure) walk(structure, { alternative: null, related: false }, 0);
  return { texts, attached };
};

interface Around {
  /** The nearest `multipart/alternative`. */
  alternative: string | null;
  /** Whether a `multipart/related` holds it. */
  related: boolean;
}

const toLeaf = (node: MessageStructureObject, { alternative, related }: Around): Leaf => {
  const { part = "1", parameters = {}, dispositionParameters = {}, disposition, id, encoding, size } = node;
  const contentId = id?.trim().replace(/^<|>$/g, "") || null;
  const isFlowed = parameters.format?.toLowerCase() === "flowed";
  return {
    id: part,
    mimeType: /^[^\s/;]+\/[^\s/;]+$/.test(node.type) ? node.type.toLowerCase() : "text/plain",
    disposition: disposition?.toLowerCase() || null,
    name: dispositionParameters.filename || parameters.name || null,
    contentId,
    related: related && contentId !== null,
    alternative,
    charset: parameters.charset?.toLowerCase() || null,
    flowed: isFlowed ? (parameters.delsp?.toLowerCase() === "yes" ? "delsp" : "yes") : "no",
    encoding: encoding?.toLowerCase() ?? null,
    size: size ?? null,
  };
};
