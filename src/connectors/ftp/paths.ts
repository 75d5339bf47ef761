import { ApiError } from "../../errors.js";
import { areOurs, checkNewName, type Names, namesOf, placeOf, toId } from "../families/paths/names.js";
import type { Session } from "./session.js";

/** Characters that no name may contain: a command is one line. */
export const REFUSED = ["/", "\0", "\r", "\n"] as const;

export interface Place {
  parent: Names;
  names: Names;
  name: string;
}

/** Where something new goes. Throws `invalid_parameters` for names that cannot be. */
export const placeAt = ({ parent: id, name }: { parent: string; name: string }): Place => {
  const parent = namesOf(id);
  checkNewName(name);
  const names = [...parent, name];
  if (!areOurs(names)) throw new ApiError("invalid_parameters", "The path is too long.");
  if (!isSayable(names)) throw new ApiError("invalid_parameters", "FTP has no names with line breaks.");
  return { parent, names, name };
};

export const isSayable = (names: Names): boolean => !names.some((name) => /[\r\n]/.test(name));

/** The same of something that is there, with what is to change. */
export const placeAfter = (id: string, { parent, name }: { parent?: string; name?: string }) => {
  const source = placeOf(id);
  return {
    source: source.names,
    to: placeAt({ parent: parent ?? toId(source.parent, true), name: name ?? source.name }),
  };
};

/** Throws `invalid_parameters` for a name that the server's listing could not tell afterwards. */
export const checkListable = ({ hasFacts, abilities }: Session, name: string): void => {
  if (!hasFacts && abilities.isDos && /^\s/.test(name))
    throw new ApiError("invalid_parameters", "This server's listings cannot tell a name that begins with a space.");
};
