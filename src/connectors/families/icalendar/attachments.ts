import type { Component } from "./lines.js";
import { type Property, parameterOf, properties } from "./values.js";

export interface EventAttachment {
  id: null;
  name: string | null;
  mimeType: string | null;
  /** Bytes. */
  size: number | null;
  /** Its bytes are in the text: `attachmentBytes`. */
  inline: boolean;
  /** Where it lies in the web. */
  url: string | null;
}

export const attachmentsOf = (component: Component): EventAttachment[] =>
  properties(component, "ATTACH").map((property) => {
    const bytes = bytesOf(property);
    const value: unknown = property.toJSON()[3];
    const size = parameterOf(property, "size");
    return {
      id: null,
      name: parameterOf(property, "filename") ?? parameterOf(property, "x-filename"),
      mimeType: parameterOf(property, "fmttype"),
      size: bytes?.length ?? (size !== null && /^\d{1,15}$/.test(size) ? Number(size) : null),
      inline: bytes !== null,
      url: bytes === null && typeof value === "string" && isWeb(value) ? value : null,
    };
  });

/** Bytes of an inline attachment by its place among `attachments`; null for one that lies elsewhere. */
export const attachmentBytes = (component: Component, index: number): Buffer | null => {
  const property = properties(component, "ATTACH")[index];
  return property ? bytesOf(property) : null;
};

const bytesOf = (property: Property): Buffer | null => {
  if (property.type !== "binary" && parameterOf(property, "encoding")?.toUpperCase() !== "BASE64") return null;
  const value: unknown = property.toJSON()[3];
  return typeof value === "string" ? Buffer.from(value, "base64") : null;
};

const isWeb = (value: string): boolean => /^https?:\/\//i.test(value) && URL.canParse(value);
