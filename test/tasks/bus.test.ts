import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Overrun } from "../../src/tasks/bus.js";
import { openEmbeddedBus } from "../../src/tasks/embedded/bus.js";
import { busConformance } from "../conformance/bus.js";

busConformance("embedded", async () => openEmbeddedBus());

describe("embedded: what a bus remembers", () => {
  /** A reader's cursor for the topic's first event. */
  const cursorOf = async (bus: ReturnType<typeof openEmbeddedBus>, topic: string): Promise<string> => {
    const reader = bus.subscribe(topic);
    await bus.publish(topic, "first");
    const { value } = await reader.next();
    await reader.return?.();
    return value.cursor;
  };

  test("of too many topics, those that were quiet longest are forgotten", async () => {
    const bus = openEmbeddedBus();
    const [old, busy] = [await cursorOf(bus, "old"), await cursorOf(bus, "busy")];
    for (let number = 1; number < 10_000; number++) {
      await bus.publish(`topic ${number}`, number);
      if (number === 5_000) await bus.publish("busy", "second");
    }
    await assert.rejects(bus.subscribe("old", { after: old }).next(), Overrun);
    assert.equal((await bus.subscribe("busy", { after: busy }).next()).value?.data, "second");
    await bus.close();
  });

  test("of too many events, the quietest topics' are forgotten, also under a reader that catches up", async () => {
    const bus = openEmbeddedBus();
    const cursor = await cursorOf(bus, "old");
    await bus.publish("old", "second");
    await bus.publish("old", "third");
    const reader = bus.subscribe("old", { after: cursor });
    assert.equal((await reader.next()).value?.data, "second");
    for (let number = 0; number < 100_000; number++) await bus.publish(`topic ${number % 100}`, number);
    await assert.rejects(reader.next(), Overrun);
    assert.equal(bus.listeners("old"), 0);
    await assert.rejects(bus.subscribe("old", { after: cursor }).next(), Overrun);
    await bus.close();
  });

  test("a topic that is quiet for an hour is forgotten, and its readers go on", async () => {
    let time = 0;
    const bus = openEmbeddedBus({ now: () => time });
    const cursor = await cursorOf(bus, "quiet");
    const reader = bus.subscribe("quiet");
    time += 3_600_000;
    await bus.publish("other", 1);
    await assert.rejects(bus.subscribe("quiet", { after: cursor }).next(), Overrun);
    await bus.publish("quiet", "again");
    assert.equal((await reader.next()).value?.data, "again");
    await bus.close();
  });

  test("a cursor of another process's bus is an overrun", async () => {
    const [one, two] = [openEmbeddedBus(), openEmbeddedBus()];
    const cursor = await cursorOf(one, "topic");
    await cursorOf(two, "topic");
    await assert.rejects(two.subscribe("topic", { after: cursor }).next(), Overrun);
    await Promise.all([one.close(), two.close()]);
  });
});
