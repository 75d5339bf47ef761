import { registerEnumType } from "type-graphql";
import { connectionOf } from "../common/page.js";
import { CrmResource } from "./crmResource.js";

export const SearchLanguage = { KEYWORD: "keyword", SOQL: "soql", RAW: "raw" } as const;
registerEnumType(SearchLanguage, {
  name: "SearchLanguage",
  description: "KEYWORD: words. SOQL: a query of Salesforce's language. RAW: a query of the service's own.",
});

export const CrmConnection = connectionOf<CrmResource>("Crm", () => CrmResource);
