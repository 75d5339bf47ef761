import { randomBytes } from "node:crypto";
import { visibleTo } from "../../auth/caller.js";
import { ApiError } from "../../errors.js";
import type { Ref } from "../../ids.js";
import type { MeetingPlan, MeetingWindow } from "../../store/store.js";
import type { ConnectedAccount } from "../account.js";
import type { Session } from "../session.js";
import { checkTimetable } from "./slots.js";

/** A window with the account in whose calendar meetings are booked. */
export interface OwnWindow {
  window: MeetingWindow;
  account: ConnectedAccount;
}

/** Windows of one account. */
const MOST = 100;

/** 20 characters that nobody guesses. */
export const newMeetingId = (): string => randomBytes(15).toString("base64url");

/** Those of the caller's accounts, oldest first, with how many there are in all. */
export const listWindows = async (
  session: Session,
  page: { offset: number; limit: number },
): Promise<{ items: OwnWindow[]; total: number }> => {
  const { items, total } = await session.unified.store.meetings.windows(visibleTo(session.caller), page);
  return { items: await Promise.all(items.map((window) => owned(session, window))), total };
};

/** `calendar`: or `primary` of its account. */
export const createWindow = async (calendar: Ref<ConnectedAccount>, plan: MeetingPlan): Promise<OwnWindow> => {
  checkTimetable(plan);
  const { scope: account } = calendar;
  const { meetings } = account.session.unified.store;
  if ((await meetings.countWindows(account.account)) >= MOST)
    throw new ApiError("insufficient_storage", `An account has at most ${MOST} meeting windows.`);
  const place = await placeOf(calendar);
  return { account, window: await meetings.createWindow({ id: newMeetingId(), ...place, ...plan }) };
};

/** One of the caller's own. Throws `not_found` for any other. */
export const findWindow = async (session: Session, id: string): Promise<OwnWindow> => {
  const window = await session.unified.store.meetings.getWindow(id);
  if (!window) throw noWindow();
  return owned(session, window).catch((error: unknown) => {
    throw error instanceof ApiError && error.code === "not_found" ? noWindow() : error;
  });
};

export const updateWindow = async (
  { window, account }: OwnWindow,
  change: Partial<MeetingPlan>,
  calendar?: Ref<ConnectedAccount>,
): Promise<OwnWindow> => {
  checkTimetable({ ...window, ...change });
  const place = calendar ? await placeOf(calendar) : {};
  const updated = await account.session.unified.store.meetings.updateWindow(window.id, { ...change, ...place });
  if (!updated) throw noWindow();
  return { window: updated, account: calendar?.scope ?? account };
};

/** What has been booked stays. */
export const deleteWindow = async ({ window, account }: OwnWindow): Promise<void> => {
  await account.session.unified.store.meetings.deleteWindow(window.id);
};

export const noWindow = () => new ApiError("not_found", "There is no such meeting window.");

const owned = async (session: Session, window: MeetingWindow): Promise<OwnWindow> => ({
  window,
  account: await session.account(window.account, window.user === null ? {} : { user: window.user }),
});

/** Proves that the calendar is there and that events can be made in it. */
const placeOf = async ({ scope: account, native }: Ref<ConnectedAccount>) => {
  const { calendars, events } = account.apis(false).calendar;
  const { id } = await calendars.get(native);
  if (!events.can("create"))
    throw new ApiError("not_implemented", `${account.connector.title} has no ${events.nameOf("create")}.`);
  return { account: account.account, user: account.user ?? null, calendar: id.native };
};
