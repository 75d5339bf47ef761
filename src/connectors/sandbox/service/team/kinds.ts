import type { Kind } from "../shelf/shelf.js";

export type Role = "owner" | "admin" | "member";

export type UserBody = { name: string; email: string; role: Role };
export type GroupBody = { name: string; description: string | null };
export type MembershipBody = { group_id: string; user_id: string; role: Role };

/** Lists are in the order in which somebody came, or something was made. */
export const USER: Kind<UserBody> = {
  name: "team.user",
  prefix: "usr",
  at: (_, created) => created,
  called: ({ name }) => name,
  keys: ({ email }) => [["email", email]],
  words: ({ name, email }) => `${name} ${email}`,
};

export const GROUP: Kind<GroupBody> = {
  name: "team.group",
  prefix: "grp",
  at: (_, created) => created,
  called: ({ name }) => name,
  keys: () => [],
  words: ({ name, description }) => `${name} ${description ?? ""}`,
};

export const MEMBERSHIP: Kind<MembershipBody> = {
  name: "team.membership",
  prefix: "mbr",
  at: (_, created) => created,
  keys: ({ group_id, user_id }) => [
    ["group", group_id],
    ["user", user_id],
  ],
  words: () => "",
};
