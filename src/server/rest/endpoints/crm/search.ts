import { z } from "zod";
import { ok } from "../../answers.js";
import { endpoint } from "../../endpoint.js";
import { cursorList, pagingOf } from "../../lists.js";
import { cursorPaging, text } from "../../parameters.js";

const LANGUAGES = ["keyword", "soql"] as const;

/** Source: the unified API, "CRM API", Search. */
export const search = endpoint({
  method: "GET",
  path: "/accounts/:account/crm/search",
  title: "Searches objects of mixed types.",
  right: "read",
  query: z.object({
    ...cursorPaging(),
    q: text.regex(/\S/, "must not be empty").describe("Words, or a whole query in SOQL."),
    lang: text
      .default("KEYWORD")
      .transform((name) => name.toLowerCase())
      .pipe(z.enum(LANGUAGES, "must be KEYWORD or SOQL"))
      .meta({ type: "string", description: "KEYWORD or SOQL, in any case." }),
  }),
  answers: {
    200: {
      list: ["crm.account", "crm.contact", "crm.lead", "crm.opportunity", "crm.campaign", "crm.task", "crm.object"],
      style: "cursor",
    },
  },
  async handle(call) {
    const { q: query, lang: language } = call.query;
    const page = await call.account.apis(true).crm.search({ query, language, ...pagingOf(call.query) });
    const objects = page.items.map((item) => call.render(item));
    return ok(cursorList("crm", call.query, page, objects));
  },
});
