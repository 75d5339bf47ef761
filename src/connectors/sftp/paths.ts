import { ApiError } from "../../errors.js";
import { areOurs, checkNewName, type Names, namesOf, placeOf, toId } from "../families/paths/names.js";

/** What ssh2 makes of bytes that are no UTF-8: such a name cannot be sent back, so what has it is not there. */
const UNSAYABLE = "\ufffd";

/** Characters that no name may contain. */
export const REFUSED = ["/", "\0", UNSAYABLE] as const;

/** Whether what a folder tells is a name that can be used. */
export const isTold = (folder: Names, name: string): boolean => !name.includes(UNSAYABLE) && areOurs([...folder, name]);

export interface Place {
  parent: Names;
  names: Names;
  name: string;
}

/** Where something new goes. Throws `invalid_parameters` for names that cannot be. */
export const placeAt = ({ parent: id, name }: { parent: string; name: string }): Place => {
  const parent = namesOf(id);
  checkNewName(name);
  if (name.includes(UNSAYABLE)) throw new ApiError("invalid_parameters", "A name must be valid Unicode.");
  const names = [...parent, name];
  if (!areOurs(names)) throw new ApiError("invalid_parameters", "The path is too long.");
  return { parent, names, name };
};

/** The same of something that is there, with what is to change. */
export const placeAfter = (id: string, { parent, name }: { parent?: string; name?: string }) => {
  const source = placeOf(id);
  return {
    source: source.names,
    to: placeAt({ parent: parent ?? toId(source.parent, true), name: name ?? source.name }),
  };
};
