import { createHash } from "node:crypto";
import { z } from "zod";
import { record } from "../changes.js";
import { type Call, type Reply, readJson, type Service } from "../http.js";
import { type Person, peopleOf } from "../people.js";
import { invalid, Refusal } from "../refusal.js";
import { type Item, Tree } from "./tree.js";

const MAXIMUM = 100; // permissions, and properties, of one item

export interface Share {
  id: string;
  type: "user" | "group" | "domain" | "anyone";
  role: string;
  name: string | null;
  email: string | null;
}

const permissionSchema = z.strictObject({
  id: z.string().min(1).max(255).optional(),
  email: z.email().optional(),
  type: z.enum(["user", "group", "domain", "anyone"]).default("user"),
  role: z.enum(["writer", "commenter", "reader"]).nullable(),
});
const propertySchema = z.strictObject({
  key: z.string().min(1).max(255),
  value: z.string().max(4096).nullable(),
});

const permissionsBody = z.strictObject({ permissions: z.array(permissionSchema).max(MAXIMUM) });
const propertiesBody = z.strictObject({ properties: z.array(propertySchema).max(MAXIMUM) });

export const sharingRoutes = (service: Service) => {
  const { database, now } = service;
  const itemOf = ({ account, parameters }: Call): Item => new Tree(database, account).get(parameters.id as string);

  const touch = ({ account }: Call, item: Item): void => {
    database.run("UPDATE items SET revision = revision + 1 WHERE account = ? AND id = ?", account.number, item.id);
    record(service, account, "updated", [item], new Date(now()).toISOString());
  };

  const permissions = (call: Call): Reply => {
    const { id } = itemOf(call);
    const [owner] = peopleOf(call.account) as [Person];
    const sql = "SELECT id, type, role, name, email FROM permissions WHERE account = ? AND item = ? ORDER BY id";
    const shares = database.all<Share>(sql, call.account.number, id);
    return {
      json: {
        permissions: [{ id: owner.id, type: "user", role: "owner", name: owner.name, email: owner.email }, ...shares],
      },
    };
  };

  const changePermissions = async (call: Call, replace: boolean): Promise<Reply> => {
    const body = await readJson(permissionsBody, call.request);
    const { number } = call.account;
    database.transaction(() => {
      const item = itemOf(call);
      if (replace) database.run("DELETE FROM permissions WHERE account = ? AND item = ?", number, item.id);
      for (const { role, ...grantee } of body.permissions) {
        const { id, type, name, email } = findGrantee(peopleOf(call.account), grantee);
        if (id === peopleOf(call.account)[0]?.id)
          throw new Refusal(403, "owner_is_fixed", "The owner stays the owner.");
        if (role === null)
          database.run("DELETE FROM permissions WHERE account = ? AND item = ? AND id = ?", number, item.id, id);
        else
          database.run(
            "INSERT OR REPLACE INTO permissions VALUES (?, ?, ?, ?, ?, ?, ?)",
            number,
            item.id,
            id,
            type,
            role,
            name,
            email,
          );
      }
      checkCount("permissions", number, item.id);
      touch(call, item);
    });
    return permissions(call);
  };

  const properties = (call: Call): Reply => {
    const { id } = itemOf(call);
    const sql = "SELECT key, value FROM properties WHERE account = ? AND item = ? ORDER BY key";
    return { json: { properties: database.all(sql, call.account.number, id) } };
  };

  const changeProperties = async (call: Call): Promise<Reply> => {
    const body = await readJson(propertiesBody, call.request);
    const { number } = call.account;
    database.transaction(() => {
      const item = itemOf(call);
      for (const { key, value } of body.properties) {
        if (value === null)
          database.run("DELETE FROM properties WHERE account = ? AND item = ? AND key = ?", number, item.id, key);
        else database.run("INSERT OR REPLACE INTO properties VALUES (?, ?, ?, ?)", number, item.id, key, value);
      }
      checkCount("properties", number, item.id);
      touch(call, item);
    });
    return properties(call);
  };

  const checkCount = (table: "permissions" | "properties", account: number, item: string): void => {
    const sql = `SELECT count(*) AS count FROM ${table} WHERE account = ? AND item = ?`;
    if ((database.get<{ count: number }>(sql, account, item)?.count ?? 0) > MAXIMUM)
      throw invalid(`An item has at most ${MAXIMUM} ${table}.`);
  };

  return {
    permissions,
    addPermissions: (call: Call) => changePermissions(call, false),
    replacePermissions: (call: Call) => changePermissions(call, true),
    properties,
    changeProperties,
  };
};

/** Known people by id or e-mail; strangers by e-mail; everybody in a domain, or at all, by the type. */
const findGrantee = (
  people: readonly Person[],
  { id, email, type }: { id?: string | undefined; email?: string | undefined; type: Share["type"] },
): Omit<Share, "role"> => {
  const person = people.find(
    (known) => known.id === id || (email !== undefined && known.email === email.toLowerCase()),
  );
  if (person) return { ...person, type: "user" };
  if (type === "anyone") return { id: "anyone", type, name: null, email: null };
  if (type === "domain" && id) return { id, type, name: id, email: null };
  if (email) {
    const guest = `gst_${createHash("sha256").update(email.toLowerCase()).digest("base64url").slice(0, 12)}`;
    return { id: guest, type, name: null, email };
  }
  if (id?.startsWith("gst_") || id === "anyone") return { id, type, name: null, email: null };
  throw invalid("permissions: each names a known id or an e-mail address.");
};
