import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type RestServing, restForTest } from "./support.js";

const A = "/accounts/1";
const CRM = ["accounts", "contacts", "leads", "opportunities", "campaigns", "tasks", "objects"];
const ITSM = ["incidents", "problems", "changes", "articles", "assets", "objects"];
const LIST = ["GET", "POST"];
const ONE = ["GET", "PATCH", "DELETE"];

/** Every path of the unified API, "Endpoint index", with its methods. */
const INDEX: readonly (readonly [path: string, methods: readonly string[]])[] = [
  ["/oauth", ["GET"]],
  ["/oauth/token", ["GET", "POST", "DELETE"]],
  ["/public/services", ["GET"]],
  ["/public/services/webdav", ["GET"]],
  ["/accounts", LIST],
  ["/accounts/0", ONE],
  [`${A}/tasks/x`, ["GET"]],
  [`${A}/raw`, ["POST"]],
  [`${A}/encode_raw_id`, ["POST"]],
  [`${A}/storage/files`, ["POST"]],
  [`${A}/storage/files/upload_url`, ["POST"]],
  [`${A}/storage/files/x`, ["GET", "PATCH", "PUT", "DELETE"]],
  [`${A}/storage/files/x/contents`, ["GET"]],
  [`${A}/storage/files/x/thumbnail`, ["GET"]],
  [`${A}/storage/files/x/links`, ["GET"]],
  [`${A}/storage/files/x/copy`, ["POST"]],
  [`${A}/storage/files/x/permissions`, ["GET", "PUT", "PATCH"]],
  [`${A}/storage/files/x/properties`, ["GET", "PATCH", "DELETE"]],
  [`${A}/storage/folders`, ["POST"]],
  [`${A}/storage/folders/x`, ONE],
  [`${A}/storage/folders/x/contents`, ["GET"]],
  [`${A}/storage/folders/x/links`, ["GET"]],
  [`${A}/storage/folders/x/copy`, ["POST"]],
  [`${A}/storage/folders/x/permissions`, ["GET", "PUT", "PATCH"]],
  [`${A}/storage/search`, ["GET"]],
  [`${A}/storage/recent`, ["GET"]],
  [`${A}/storage/quota`, ["GET"]],
  [`${A}/storage/links`, LIST],
  [`${A}/storage/links/x`, ONE],
  [`${A}/storage/multipart`, ["POST"]],
  [`${A}/storage/multipart/9`, ["GET", "PUT", "DELETE"]],
  [`${A}/storage/multipart/9/complete`, ["POST"]],
  [`${A}/storage/convert_id`, ["POST"]],
  ...CRM.flatMap((type): [string, string[]][] => [
    [`${A}/crm/${type}`, LIST],
    [`${A}/crm/${type}/x`, ONE],
  ]),
  [`${A}/crm/schemas`, ["GET"]],
  [`${A}/crm/schemas/x`, ["GET"]],
  [`${A}/crm/search`, ["GET"]],
  [`${A}/crm/batch`, ["POST"]],
  [`${A}/cal/calendars`, LIST],
  [`${A}/cal/calendars/x`, ONE],
  [`${A}/cal/calendars/x/events`, LIST],
  [`${A}/cal/calendars/x/events/y`, ONE],
  [`${A}/cal/calendars/x/events/y/instances`, ["GET"]],
  [`${A}/cal/calendars/x/events/y/rsvp`, ["POST"]],
  [`${A}/cal/availability`, ["POST"]],
  ...["messages", "labels", "folders"].flatMap((type): [string, string[]][] => [
    [`${A}/email/${type}`, LIST],
    [`${A}/email/${type}/x`, ONE],
  ]),
  [`${A}/email/messages/x/attachments/y`, ["GET"]],
  [`${A}/email/threads`, ["GET"]],
  [`${A}/email/threads/x`, ["GET"]],
  [`${A}/email/search`, ["GET"]],
  [`${A}/messaging/conversations`, LIST],
  [`${A}/messaging/conversations/x`, ONE],
  [`${A}/messaging/conversations/x/messages`, LIST],
  [`${A}/messaging/conversations/x/messages/y`, ONE],
  [`${A}/messaging/conversation`, LIST],
  ...["users", "users/x", "users/x/memberships", "groups", "groups/x", "groups/x/members"].map(
    (path): [string, string[]] => [`${A}/team/${path}`, ["GET"]],
  ),
  [`${A}/events`, ["GET"]],
  [`${A}/events/latest`, ["GET"]],
  [`${A}/subscriptions`, LIST],
  [`${A}/subscriptions/9`, ONE],
  [`${A}/subscriptions/9/activity`, ["GET"]],
  [`${A}/subscriptions/9/activity/latest`, ["GET"]],
  ...ITSM.flatMap((type): [string, string[]][] => [
    [`${A}/itsm/${type}`, LIST],
    [`${A}/itsm/${type}/x`, ONE],
  ]),
  [`${A}/audit/events`, ["GET"]],
  [`${A}/audit/events/x`, ["GET"]],
  ...["", "/meta"].flatMap((prefix): [string, string[]][] => [
    [`${prefix}/developers`, ["GET"]],
    [`${prefix}/developers/x`, ["GET", "PATCH"]],
    [`${prefix}/applications`, LIST],
    [`${prefix}/applications/x`, ONE],
    ...["apikeys", "webhooks", "domains", "redirect_uris", "service_keys"].flatMap((kind): [string, string[]][] => [
      [`${prefix}/applications/x/${kind}`, LIST],
      [`${prefix}/applications/x/${kind}/y`, ["DELETE"]],
    ]),
  ]),
  ["/meta/licenses/x/contents", ["GET"]],
  ["/meetings/windows", LIST],
  ["/meetings/windows/x", ONE],
  ["/meetings/windows/x/time-slots", ["GET"]],
  ["/meetings/windows/x/schedule", ["POST"]],
  ["/meetings/events/x", ONE],
];

/** What the reference has and answers `not_implemented` whatever the account, and why. */
const NOWHERE: Readonly<Record<string, string>> = {
  "GET /accounts/1/storage/files/x/links": "no connector lists a service's own links",
  "GET /accounts/1/storage/folders/x/links": "no connector lists a service's own links",
  "GET /developers": "a server of one's own has none",
  "GET /developers/x": "a server of one's own has none",
  "PATCH /developers/x": "a server of one's own has none",
  "GET /meta/developers": "a server of one's own has none",
  "GET /meta/developers/x": "a server of one's own has none",
  "PATCH /meta/developers/x": "a server of one's own has none",
  "GET /meta/licenses/x/contents": "it needs no licence",
};

describe("REST: every line of the index", () => {
  let api: RestServing;
  before(async () => {
    api = await restForTest();
  });
  after(() => api.closeCore());

  for (const [path, methods] of INDEX)
    for (const method of methods)
      test(`${method} ${path}`, async () => {
        const why = NOWHERE[`${method} ${path}`];
        for (const spelt of [path, `${path}/`]) {
          const { status, body } = await api.rest(method, spelt);
          if (why !== undefined) assert.deepEqual([status, body.error_code], [501, "not_implemented"], why);
          else {
            assert.ok(![405, 500, 501].includes(status), `${status} ${JSON.stringify(body)}`);
            assert.notEqual(body.message, "There is nothing here.");
          }
        }
      });

  for (const path of ["/static/iexd.html", "/file-picker/config", "/file-explorer/config"])
    test(`GET ${path}`, async () => {
      const response = await fetch(`${api.url}${path}?app_id=${api.core.application}`);
      assert.equal(response.status, 200);
    });
});
