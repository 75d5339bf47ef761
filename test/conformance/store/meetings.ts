import assert from "node:assert/strict";
import { describe } from "node:test";
import type { MeetingPlan } from "../../../src/store/store.js";
import { at, type OpenStorePlace, storeTests } from "./place.js";

const plan: MeetingPlan = {
  title: "Intro call",
  location: "",
  description: "",
  organizer: "dana@example.com",
  timeZone: "Asia/Tokyo",
  duration: 30,
  bufferBefore: 5,
  bufferAfter: 10,
  interval: 30,
  range: 30,
  times: [{ start: "08:00:00", end: "17:00:00", recurring: { month: "*", day: "*", weekday: "MON, TUE" } }],
  endRepeat: null,
  metadata: { visibility: "private" },
  allowMetadata: false,
};
const newWindow = (id: string, account: number) => ({ id, account, user: null, calendar: "one", ...plan });
const newMeeting = (id: string, account: number, calendar = "one") => ({
  id,
  window: "w",
  account,
  user: null,
  calendar,
  start: at(3600),
  end: at(5400),
});
const span = { from: at(3600), until: at(5400), seconds: 60, forget: at(-3600) };

export const meetingTests = (open: OpenStorePlace) =>
  describe("meetings", () => {
    const storeTest = storeTests(open);

    storeTest("a window is made, read, changed and deleted", async ({ store: { meetings }, account, pass }) => {
      const { id: number } = await account();
      const made = await meetings.createWindow(newWindow("w", number));
      assert.deepEqual(made, { ...newWindow("w", number), created: at(0), modified: at(0) });
      assert.deepEqual(await meetings.getWindow("w"), made);
      pass(5);
      const changed = { ...made, title: "Outro", calendar: "two", modified: at(5) };
      assert.deepEqual(await meetings.updateWindow("w", { title: "Outro", calendar: "two" }), changed);
      assert.deepEqual(await meetings.getWindow("w"), changed);
      assert.equal(await meetings.updateWindow("none", { title: "" }), null);
      assert.equal(await meetings.deleteWindow("w"), true);
      assert.equal(await meetings.deleteWindow("w"), false);
      assert.equal(await meetings.getWindow("w"), null);
    });

    storeTest("windows of the accounts that may be seen, oldest first", async ({ store, account, pass }) => {
      const [one, other] = [await account({ endUser: "ada" }), await account({ endUser: "bob" })];
      for (const id of ["b", "a"]) await store.meetings.createWindow(newWindow(id, one.id));
      pass(1);
      await store.meetings.createWindow(newWindow("0", other.id));
      const ids = async (filter: object, page: { offset: number; limit: number }) => {
        const { items, total } = await store.meetings.windows({ application: "acme", ...filter }, page);
        return [total, ...items.map(({ id }) => id)];
      };
      assert.deepEqual(await ids({}, { offset: 0, limit: 2 }), [3, "a", "b"]);
      assert.deepEqual(await ids({}, { offset: 2, limit: 2 }), [3, "0"]);
      assert.deepEqual(await ids({ endUser: "ada" }, { offset: 0, limit: 9 }), [2, "a", "b"]);
      assert.deepEqual(await ids({ ids: [other.id] }, { offset: 0, limit: 9 }), [1, "0"]);
      assert.deepEqual(await ids({ ids: [] }, { offset: 0, limit: 9 }), [0]);
      assert.deepEqual(await ids({ application: "another" }, { offset: 0, limit: 9 }), [0]);
      assert.equal(await store.meetings.countWindows(one.id), 2);
    });

    storeTest("a booking is claimed, confirmed, moved and deleted", async ({ store: { meetings }, account }) => {
      const { id: number } = await account();
      const claimed = { ...newMeeting("m", number), event: null, created: at(0) };
      assert.deepEqual(await meetings.claim(newMeeting("m", number), span), claimed);
      assert.deepEqual(await meetings.update("m", { event: "evt" }), { ...claimed, event: "evt" });
      const moved = { ...claimed, event: "evt", start: at(7200), end: at(9000) };
      assert.deepEqual(await meetings.update("m", { start: at(7200), end: at(9000) }), moved);
      assert.deepEqual(await meetings.get("m"), moved);
      assert.equal(await meetings.update("none", { event: "evt" }), null);
      assert.equal(await meetings.delete("m"), true);
      assert.equal(await meetings.delete("m"), false);
      assert.equal(await meetings.get("m"), null);
    });

    storeTest("of claims for one time of a calendar one is granted", async ({ place, account }) => {
      const { id: number } = await account();
      const stores = await Promise.all([place.connect(), place.connect(), place.connect()]);
      const claims = await Promise.all(
        stores.map(({ meetings }, index) => meetings.claim(newMeeting(`${index}`, number), span)),
      );
      assert.equal(claims.filter((claim) => claim !== null).length, 1);
    });

    storeTest("a claim is in the way of what overlaps it alone, and not for ever", async (setting) => {
      const { store, account, pass } = setting;
      const [one, other] = [await account(), await account()];
      const { meetings } = store;
      const granted = async (id: string, account: number, calendar: string, change: Partial<typeof span> = {}) =>
        (await meetings.claim(newMeeting(id, account, calendar), { ...span, ...change })) !== null;
      assert.equal(await granted("a", one.id, "one"), true);
      assert.equal(await granted("b", one.id, "two"), true);
      assert.equal(await granted("c", other.id, "one"), true);
      assert.equal(await granted("d", one.id, "one", { from: at(5300), until: at(7000) }), false);
      assert.equal(await granted("e", one.id, "one", { from: at(5400), until: at(7000) }), true);
      pass(60);
      assert.equal(await granted("f", one.id, "one"), true);
      assert.equal(await meetings.get("a"), null);
    });

    storeTest("a confirmed booking is in nobody's way, and forgotten long after its end", async (setting) => {
      const { store, account } = setting;
      const { id: number } = await account();
      await store.meetings.claim(newMeeting("a", number), span);
      await store.meetings.update("a", { event: "evt" });
      assert.notEqual(await store.meetings.claim(newMeeting("b", number), span), null);
      assert.notEqual(await store.meetings.get("a"), null);
      await store.meetings.claim(newMeeting("c", number, "two"), { ...span, forget: at(5401) });
      assert.notEqual(await store.meetings.get("a"), null);
      await store.meetings.delete("b");
      await store.meetings.claim(newMeeting("d", number), { ...span, forget: at(5401) });
      assert.equal(await store.meetings.get("a"), null);
    });

    storeTest("all of it goes with its account", async ({ store, account }) => {
      const { id: number } = await account();
      await store.meetings.createWindow(newWindow("w", number));
      await store.meetings.claim(newMeeting("m", number), span);
      await store.accounts.delete(number);
      assert.equal(await store.meetings.getWindow("w"), null);
      assert.equal(await store.meetings.get("m"), null);
    });
  });
