import assert from "node:assert/strict";
import { after, before } from "node:test";
import type { ConnectedAccount } from "../../../src/unified/account.js";
import { messagingConformance } from "../../conformance/messaging.js";
import { type FarServer, farServer, reached } from "./far.js";

let far: FarServer;
before(async () => {
  far = await farServer();
});
after(() => far.close());

messagingConformance(
  "unified",
  async () => {
    const opened = await reached(far);
    const { account } = opened;
    const { items: users } = await account.apis(false).team.users.list({ cursor: null, limit: 10 });
    const colleague = users.find(({ email }) => email !== account.record.name);
    assert.ok(colleague);
    const id = colleague.id.native;
    return {
      ...opened,
      conversation: await livelyOne(account),
      colleague: { account: account.session.open(account.record, { user: id }), id },
      longestText: 40_000,
    };
  },
  {
    "a message is changed and deleted by its author alone":
      "the far server's ids name the user acted as too: those found without one are others",
  },
);

/** A conversation of several messages by several people. */
const livelyOne = async (account: ConnectedAccount): Promise<string> => {
  const { messaging } = account.apis(false);
  const { items } = await messaging.conversations.list({ cursor: null, limit: 100 });
  for (const { id } of items) {
    const { items: said } = await messaging.messages.list({ conversation: id.native, cursor: null, limit: 20 });
    if (said.length >= 3 && new Set(said.map(({ author }) => author?.id?.native)).size > 1) return id.native;
  }
  throw new Error("nobody talks there");
};
