import type { Answer } from "./endpoint.js";

export const ok = (body: object): Answer => ({ status: 200, body });
export const created = (body: object): Answer => ({ status: 201, body });
export const noContent: Answer = { status: 204 };
