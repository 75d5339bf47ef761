import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Description } from "../../src/server/rest/openapi/description.js";
import { API_KEY, type RestAnswer, type RestServing, restForTest } from "./support.js";
import { Answers } from "./walk/answers.js";
import { Dice } from "./walk/dice.js";
import { Memory } from "./walk/memory.js";
import { Requests, type Step } from "./walk/requests.js";

const SEED = Number(process.env.WALK_SEED ?? Math.floor(Math.random() * 2 ** 32));
const REQUESTS = Number(process.env.WALK_REQUESTS ?? 1500);
/** Milliseconds in which every request is answered. */
const PATIENCE = 20_000;

describe("REST: a random walk through the description", () => {
  let api: RestServing;
  before(async () => {
    api = await restForTest();
  });
  after(() => api.closeCore());

  test(`${REQUESTS} requests, seed ${SEED}: each is answered as declared, none by 500`, async (context) => {
    const description: Description = await (await fetch(`${api.url}/v1/openapi.json`)).json();
    const dice = new Dice(SEED);
    const memory = new Memory(Object.keys(description.paths));
    const key = `APIKey ${API_KEY}`;
    const authorizations = [...Array(18).fill(key), `Bearer ${await api.token(1)}`, `Bearer ${await api.token(2)}`];
    const application = await ownApplication(api);
    const isSpared = ({ operation, method, path }: Step): boolean =>
      (operation.operationId === "deleteAccount" && path !== "/accounts/99") ||
      (method !== "GET" && path.includes(application));
    const requests = new Requests(description, dice, memory, authorizations, isSpared);
    const answers = new Answers(description);
    const wrong = new Map<string, string>();
    const statuses = new Map<string, number>();
    const walked = new Set<string>();
    for (let count = 0; count < REQUESTS; count++) {
      const step = requests.next();
      const answer = await sent(api, step);
      if (answer.status < 300) {
        memory.learn(pathOf(step), answer.body);
        walked.add(step.operation.operationId);
      }
      if (answer.status === 204) memory.forget(pathOf(step));
      const told = `${answer.status} ${answer.body?.error_code ?? ""}`.trim();
      statuses.set(told, (statuses.get(told) ?? 0) + 1);
      const complaint = answers.wrong(step, answer);
      if (complaint !== null)
        wrong.set(
          `${step.operation.operationId}: ${complaint.replace(/\d+/g, "N")}`,
          `${complaint}\n${printed(step)}\n${JSON.stringify(answer.body).slice(0, 1500)}`,
        );
      // Accounts that were switched off would refuse the rest of the walk.
      if (step.operation.operationId === "updateAccount")
        for (const account of [1, 2]) await api.rest("PATCH", `/accounts/${account}`, { body: { enabled: true } });
    }
    context.diagnostic(`${walked.size} of ${requests.operations} operations have done what they are for`);
    context.diagnostic(
      [...statuses]
        .sort()
        .map(([status, count]) => `${status}: ${count}`)
        .join(", "),
    );
    assert.equal(wrong.size, 0, `seed ${SEED}\n\n${[...wrong].flat().slice(0, 40).join("\n\n")}`);
  });
});

/** That of the key: it collects all that there is, and stays as it is. Another one can be walked in. */
const ownApplication = async (api: RestServing): Promise<string> => {
  const { objects } = await api.expect(200, "GET", "/meta/applications");
  const path = `/meta/applications/${objects[0].id}`;
  await api.expect(200, "PATCH", path, { body: { recent_enabled: true, events_enabled: true } });
  await api.expect(201, "POST", "/meta/applications", { body: { name: "Another" } });
  return objects[0].id;
};

const sent = async (api: RestServing, { method, path, headers, body }: Step): Promise<RestAnswer> => {
  const response = await fetch(`${api.url}/v1${path}`, {
    method,
    headers,
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE),
    ...(body === undefined ? {} : { body: body as BodyInit }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
};

const pathOf = ({ path }: Step): string => path.split("?", 1)[0] as string;

const printed = ({ method, path, headers, body }: Step): string =>
  `${method} ${path} ${JSON.stringify(headers)} ${typeof body === "string" ? body.slice(0, 1000) : `${body?.length ?? 0} bytes`}`;
