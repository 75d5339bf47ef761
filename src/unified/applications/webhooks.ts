import { randomUUID } from "node:crypto";
import { ApiError } from "../../errors.js";
import type { Webhook } from "../../store/store.js";
import type { Session } from "../session.js";
import { send } from "../webhooks/send.js";
import { managed } from "./managed.js";

/** Webhooks of an application. */
const MOST = 10;
const LONGEST_URL = 2048;

/**
 * A webhook of an application, and the secret that signs for it. The receiver is asked first: `bad_request` unless it
 * answers a test as it must. Source: the unified API, "Webhooks".
 */
export const createWebhook = async (
  session: Session,
  application: string,
  url: string,
): Promise<{ webhook: Webhook; secret: string }> => {
  await managed(session, application);
  const { unified, caller } = session;
  const address = checkUrl(url);
  const there = await unified.store.webhooks.list(application);
  if (there.length >= MOST) throw new ApiError("bad_request", `An application has at most ${MOST} webhooks.`);
  const secret = unified.webhookSecrets.create();
  await checkReceiver(session, { application, url: address }, [secret]);
  const webhook = await unified.store.webhooks.create({ application, url: address }, (id) =>
    unified.webhookSecrets.seal({ application, id }, secret),
  );
  await unified.audit.record(caller, "webhook.created", subjectOf(webhook), {
    application,
    host: new URL(address).host,
  });
  return { webhook, secret };
};

export const listWebhooks = async (session: Session, application: string): Promise<Webhook[]> => {
  await managed(session, application);
  return session.unified.store.webhooks.list(application);
};

export const findWebhook = async (session: Session, application: string, id: number): Promise<Webhook> => {
  await managed(session, application);
  const webhook = await session.unified.store.webhooks.get(id);
  if (webhook?.application !== application) throw noWebhook();
  return webhook;
};

/** What waits for it is forgotten. */
export const deleteWebhook = async (session: Session, application: string, id: number): Promise<void> => {
  const webhook = await findWebhook(session, application, id);
  const { store, audit } = session.unified;
  if (!(await store.webhooks.delete(application, id))) throw noWebhook();
  await audit.record(session.caller, "webhook.deleted", subjectOf(webhook), { application });
};

/** The receiver is asked as at the beginning; then it is told of all that it has missed. */
export const enableWebhook = async (session: Session, application: string, id: number): Promise<Webhook> => {
  const webhook = await findWebhook(session, application, id);
  const { store, audit, webhookSecrets } = session.unified;
  await checkReceiver(session, webhook, webhookSecrets.valid(webhook, Date.now()));
  const enabled = await store.webhooks.enable(id);
  if (!enabled) throw noWebhook();
  await audit.record(session.caller, "webhook.enabled", subjectOf(webhook), { application });
  return enabled;
};

export const readWebhookSecret = async (session: Session, application: string, id: number): Promise<string> => {
  const webhook = await findWebhook(session, application, id);
  const { audit, webhookSecrets } = session.unified;
  await audit.record(session.caller, "webhook.secret_read", subjectOf(webhook), { application });
  return webhookSecrets.valid(webhook, Date.now())[0];
};

/** The new secret. For a day the one before it signs as well. */
export const rotateWebhookSecret = async (session: Session, application: string, id: number): Promise<string> => {
  const webhook = await findWebhook(session, application, id);
  const { store, audit, webhookSecrets } = session.unified;
  const { secret, sealed } = webhookSecrets.rotate(webhook, Date.now());
  if (!(await store.webhooks.reseal(id, sealed))) throw noWebhook();
  await audit.record(session.caller, "webhook.secret_rotated", subjectOf(webhook), { application });
  return secret;
};

const checkUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || text.length > LONGEST_URL)
    throw new ApiError("bad_request", `A webhook's address is an https URL of at most ${LONGEST_URL} characters.`);
  if (url.username !== "" || url.password !== "" || url.hash !== "")
    throw new ApiError("bad_request", "A webhook's address has no user, password or fragment.");
  return url.href;
};

const checkReceiver = async (
  { unified, signal }: Session,
  webhook: Pick<Webhook, "application" | "url">,
  secrets: readonly string[],
): Promise<void> => {
  const test = { id: `msg_test_${randomUUID()}`, account: null };
  const { accepted, reason } = await send(unified, webhook, secrets, test, signal);
  if (!accepted)
    throw new ApiError(
      "bad_request",
      `The receiver ${reason}: it must answer a test, whose account is empty, with 200 and the application's id.`,
    );
};

const subjectOf = ({ id }: Pick<Webhook, "id">): string => `webhook ${id}`;

const noWebhook = () => new ApiError("not_found", "There is no such webhook.");
