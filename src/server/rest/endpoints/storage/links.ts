import { z } from "zod";
import { ApiError } from "../../../../errors.js";
import type { LinkOrder } from "../../../../store/store.js";
import { createLink, deleteLink, findLink, toLink, updateLink } from "../../../../unified/links.js";
import { created, noContent, ok } from "../../answers.js";
import type { Call } from "../../call.js";
import { type Endpoint, endpoint } from "../../endpoint.js";
import { countedList } from "../../lists.js";
import { countedPaging, flag, text, time } from "../../parameters.js";

/** Of a new link, beside its file. */
export const linkBody = z
  .object({
    direct: z.boolean().default(false).describe("The URL serves the bytes instead of a page."),
    password: text.nullable().default(null),
    expiration: time.nullable().default(null),
  })
  .transform(({ expiration, ...rest }) => ({ ...rest, expires: expiration }));

const ORDERS: ReadonlyMap<string, LinkOrder["by"]> = new Map<string, LinkOrder["by"]>([
  ["created", "created"],
  ["modified", "modified"],
  ["expiration", "expires"],
]);

/** `-created`: newest first, which is also what an absent one means. */
const orderOf = (ordering = "-created"): LinkOrder => {
  const by = ORDERS.get(ordering.replace(/^-/, ""));
  if (!by) throw new ApiError("invalid_parameters", "`ordering` must be created, modified or expiration.");
  return { by, descending: ordering.startsWith("-") };
};

const nativeOf = (call: Pick<Call, "ref" | "param">): string => call.ref(call.param("id"), "storage", "link").native;

/** Links hosted by us. Source: the unified API, "Link object and endpoints". */
export const links: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/accounts/:account/storage/links",
    title: "Lists links hosted here, of one account or several.",
    right: "read",
    several: true,
    query: z.object({ ...countedPaging(), active: flag.optional(), ordering: text.optional() }),
    answers: { 200: { list: ["storage.link"], style: "counted" } },
    async handle(call) {
      const { accounts, query, session, base } = call;
      const { page, page_size, active, ordering } = query;
      const byNumber = new Map(accounts.map((account) => [account.account, account]));
      const { items, total } = await session.unified.store.links.page([...byNumber.keys()], {
        offset: (page - 1) * page_size,
        limit: page_size,
        active,
        order: orderOf(ordering),
      });
      const objects = items.flatMap((link) => {
        const account = byNumber.get(link.account);
        return account ? [toLink(account, link, base)] : [];
      });
      return ok(
        countedList(
          "storage",
          query,
          total,
          objects.map((link) => call.render(link)),
        ),
      );
    },
  }),
  endpoint({
    method: "POST",
    path: "/accounts/:account/storage/links",
    title: "Makes a link to a file.",
    right: "write",
    body: z.object({ file_id: text }).and(linkBody),
    answers: { 201: "storage.link" },
    async handle(call) {
      const { file_id, ...link } = call.body;
      const file = call.ref(file_id, "storage", "file").native;
      return created(call.render(toLink(call.account, await createLink(call.account, { ...link, file }), call.base)));
    },
  }),
  endpoint({
    method: "GET",
    path: "/accounts/:account/storage/links/:id",
    title: "Reads a link.",
    right: "read",
    query: z.object({ active: flag.optional() }),
    answers: { 200: "storage.link" },
    async handle(call) {
      const link = await findLink(call.account, nativeOf(call));
      const { active } = call.query;
      if (active !== undefined && active !== link.active) throw new ApiError("not_found", "There is no such link.");
      return ok(call.render(toLink(call.account, link, call.base)));
    },
  }),
  endpoint({
    method: "PATCH",
    path: "/accounts/:account/storage/links/:id",
    title: "Switches a link on or off, or changes its password or its end.",
    right: "write",
    body: z.object({
      active: z.boolean().optional(),
      password: text.nullable().optional(),
      expiration: time.nullable().optional(),
    }),
    answers: { 200: "storage.link" },
    async handle(call) {
      const { active, password, expiration: expires } = call.body;
      const link = await updateLink(call.account, nativeOf(call), {
        ...(active === undefined ? {} : { active }),
        ...(password === undefined ? {} : { password }),
        ...(expires === undefined ? {} : { expires }),
      });
      return ok(call.render(toLink(call.account, link, call.base)));
    },
  }),
  endpoint({
    method: "DELETE",
    path: "/accounts/:account/storage/links/:id",
    title: "Deletes a link; its file stays.",
    right: "write",
    answers: { 204: null },
    async handle(call) {
      await deleteLink(call.account, nativeOf(call));
      return noContent;
    },
  }),
];
