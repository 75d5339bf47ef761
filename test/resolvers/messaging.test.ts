import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask, codeOf, data } from "../support/ask.js";
import { type TestCore, testCore } from "../support/core.js";

describe("chat as a frontend asks for it", () => {
  let core: TestCore;
  let id: string;
  before(async () => {
    core = await testCore();
    id = String((await core.connect("sandbox")).id);
  });
  after(() => core.close());

  const QUERY = (selection: string, parameters: string) =>
    `query ($id: ID!${parameters}) { account(id: $id) { messaging { ${selection} } } }`;
  const chat = async (selection: string, variables: Record<string, unknown> = {}, parameters = "") =>
    (await data(core, QUERY(selection, parameters), { id, ...variables })).account.messaging;
  const run = (mutation: string, variables: Record<string, unknown>, parameters: string) =>
    ask(core, `mutation (${parameters}) { ${mutation} }`, variables);
  const create = async (input: object = {}): Promise<string> => {
    const mutation = "createConversation(input: $input) { conversation { id } }";
    const answer = await run(
      mutation,
      { input: { account: id, name: "made here", ...input } },
      "$input: CreateConversationInput!",
    );
    return answer.data.createConversation.conversation.id;
  };
  const post = async (input: object) =>
    (
      await run(
        "postMessage(input: $input) { chatMessage { id text threadId replyCount created modified author { name } } }",
        { input },
        "$input: PostMessageInput!",
      )
    ).data.postMessage.chatMessage;

  test("conversations with their newest messages and who said them: three calls", async () => {
    const selection = `conversations(first: 20) { totalCount nodes {
      id api type name topic private created modified account { id } members { id name email role }
      guests { id name email }
      messages(first: 3) { nodes { id api type text created modified threadId replyCount author { id name email }
        attachments { id name mimeType size url } conversation { id } } pageInfo { hasNextPage } }
    } }`;
    const answer = await ask(core, QUERY(selection, ""), { id });
    assert.equal(answer.errors, undefined);
    const { totalCount, nodes } = answer.data.account.messaging.conversations;
    assert.ok(nodes.length === totalCount && totalCount > 3);
    for (const { id: conversation, api, type, members, messages, account, guests } of nodes) {
      assert.deepEqual([api, type, account.id], ["MESSAGING", "conversation", id]);
      assert.ok(members.length + guests.length > 1 && messages.nodes.length === 3);
      for (const message of messages.nodes) {
        assert.equal(message.conversation.id, conversation);
        assert.ok(
          [...members, ...guests].some(({ email }: { email: string }) => email === message.author.email),
          `${message.author.email} is in none of the lists`,
        );
      }
    }
    // The list, its members and the first pages of messages together, the conversations of the messages from memory or once.
    assert.ok(answer.calls <= 4, `${answer.calls} calls`);
  });

  test("members of 20 conversations are one call beside the list's own", async () => {
    const large = String((await core.connect("sandbox", { size: "large" })).id);
    const selection = "conversations(first: 20) { nodes { members { name } } }";
    const answer = await ask(core, QUERY(selection, ""), { id: large });
    assert.equal(answer.errors, undefined);
    const { nodes } = answer.data.account.messaging.conversations;
    assert.equal(nodes.length, 20);
    assert.ok(nodes.every(({ members }: { members: object[] }) => members.length > 0));
    assert.equal(answer.calls, 2);
  });

  test("a page of messages is followed to its end by its cursors", async () => {
    const [first] = (await chat("conversations(first: 1) { nodes { id } }")).conversations.nodes;
    const page = async (after: string | null, size: number) =>
      (
        await chat(
          `conversation(id: $of) { messages(first: ${size}, after: $after) { nodes { id created } pageInfo { hasNextPage endCursor } } }`,
          { of: first.id, after },
          ", $of: ID!, $after: String",
        )
      ).conversation.messages;
    const whole = (await page(null, 100)).nodes;
    const seen: object[] = [];
    let after: string | null = null;
    for (;;) {
      const { nodes, pageInfo } = await page(after, 2);
      seen.push(...nodes);
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    assert.deepEqual(seen, whole);
    const middle = whole[2].created;
    const { conversation } = await chat(
      "conversation(id: $of) { since: messages(since: $at) { nodes { id } } until: messages(until: $at) { nodes { id } } }",
      { of: first.id, at: middle },
      ", $of: ID!, $at: DateTime",
    );
    assert.equal(conversation.since.nodes.length, 3);
    assert.equal(conversation.until.nodes.length, whole.length - 3);
  });

  test("a message is posted, answered, edited, read and deleted", async () => {
    const conversation = await create({ topic: "Tests" });
    const root = await post({ conversation, text: "Shipped! 🚢" });
    assert.deepEqual([root.text, root.threadId, root.modified, root.replyCount], ["Shipped! 🚢", null, null, 0]);
    const answer = await post({ conversation, text: "Great", thread: root.id });
    assert.equal(answer.threadId, root.id);

    const edited = await run(
      `updateMessage(input: { id: $id, text: "Shipped, really" }) { chatMessage { id text modified } }`,
      { id: root.id },
      "$id: ID!",
    );
    assert.deepEqual(edited.data.updateMessage.chatMessage.id, root.id);
    assert.ok(edited.data.updateMessage.chatMessage.modified);

    const read = await data(
      core,
      `query ($id: ID!) { node(id: $id) { ... on ChatMessage { text replyCount raw { object }
        conversation { name topic } replies(first: 5) { totalCount nodes { id text conversation { name } } } } } }`,
      { id: root.id },
    );
    assert.deepEqual([read.node.text, read.node.replyCount], ["Shipped, really", 1]);
    assert.deepEqual(read.node.conversation, { name: "made here", topic: "Tests" });
    assert.deepEqual(read.node.replies.nodes, [{ id: answer.id, text: "Great", conversation: { name: "made here" } }]);
    assert.equal(read.node.raw.object.text, "Shipped, really");

    const gone = await run("delete(input: { id: $id }) { deletedId }", { id: root.id }, "$id: ID!");
    assert.equal(gone.data.delete.deletedId, root.id);
    for (const id of [root.id, answer.id])
      assert.equal(codeOf(await ask(core, "query ($id: ID!) { node(id: $id) { id } }", { id })), "not_found");
  });

  test("a change and what is read of it in one request agree", async () => {
    const conversation = await create();
    const { id: message } = await post({ conversation, text: "one" });
    const answer = await data(
      core,
      `mutation ($message: ID!, $conversation: ID!) {
         a: updateMessage(input: { id: $message, text: "two" }) { chatMessage { text conversation { messages { nodes { text } } } } }
         b: postMessage(input: { conversation: $conversation, text: "three" }) { chatMessage { conversation { messages { nodes { text } } } } }
         c: updateConversation(input: { id: $conversation, name: "renamed", topic: null }) { conversation { name topic } }
       }`,
      { message, conversation },
    );
    assert.deepEqual(answer.a.chatMessage.conversation.messages.nodes, [{ text: "two" }]);
    assert.deepEqual(answer.b.chatMessage.conversation.messages.nodes, [{ text: "three" }, { text: "two" }]);
    assert.deepEqual(answer.c.conversation, { name: "renamed", topic: null });
  });

  test("members are named by their users' ids", async () => {
    const { account } = await data(core, `query ($id: ID!) { account(id: $id) { team { users { nodes { id } } } } }`, {
      id,
    });
    const users: string[] = account.team.users.nodes.map((user: { id: string }) => user.id);
    const conversation = await create({ private: true, members: users.slice(2, 4) });
    const read = await chat("conversation(id: $of) { private members { id } }", { of: conversation }, ", $of: ID!");
    assert.equal(read.conversation.private, true);
    assert.deepEqual(
      read.conversation.members.map((user: { id: string }) => user.id),
      [users[0], users[2], users[3]],
    );
  });

  test("a search is a connection: by words, by an address, by times", async () => {
    const { search } = await chat(
      `search(query: "quote", first: 2) { nodes { text author { email } } pageInfo { hasNextPage } }`,
    );
    assert.ok(search.nodes.length > 0);
    assert.ok(search.nodes.every(({ text }: { text: string }) => /quote/i.test(text)));
    const { email } = search.nodes[0].author;
    const by = await chat(
      "search(participant: $email) { totalCount nodes { author { email } } }",
      { email },
      ", $email: String",
    );
    assert.ok(by.search.nodes.some(({ author }: { author: { email: string } }) => author.email === email));
    const none = await chat(`search(until: "2000-01-01T00:00:00Z") { totalCount nodes { id } }`);
    assert.deepEqual(none.search, { totalCount: 0, nodes: [] });
    assert.equal(
      codeOf(await ask(core, QUERY(`search(query: "  ") { nodes { id } }`, ""), { id })),
      "invalid_parameters",
    );
  });

  test("mail and chat can be asked for as messages", async () => {
    const { search } = await chat(
      "search(first: 1) { nodes { __typename ... on Message { id author { name } attachments { name } created threadId } } }",
    );
    assert.equal(search.nodes[0].__typename, "ChatMessage");
    assert.ok(search.nodes[0].created);
  });

  test("an account that is not an administrator's has chat all the same, but not who the members are", async () => {
    const { account: number } = await core.connect("sandbox", {}, "plain");
    await core.unified.store.accounts.update(number, { admin: false });
    const answer = await ask(core, QUERY("conversations(first: 2) { nodes { name members { name } } }", ""), {
      id: String(number),
    });
    const { nodes } = answer.data.account.messaging.conversations;
    assert.deepEqual(
      nodes.map(({ members }: { members: null }) => members),
      [null, null],
    );
    assert.equal(codeOf(answer), "forbidden");
    assert.equal(answer.calls, 1);
  });

  test("another's message is not changed: permission_denied", async () => {
    const { conversations } = await chat("conversations { nodes { messages { nodes { id author { email } } } } }");
    const me = (await core.session.account((await accountNumber()) as number)).record.name;
    const theirs = conversations.nodes
      .flatMap(({ messages }: { messages: { nodes: object[] } }) => messages.nodes)
      .find(({ author }: { author: { email: string } }) => author.email !== me);
    for (const mutation of [
      `updateMessage(input: { id: $id, text: "x" }) { chatMessage { id } }`,
      "delete(input: { id: $id }) { deletedId }",
    ])
      assert.equal(codeOf(await run(mutation, { id: theirs.id }, "$id: ID!")), "permission_denied");
  });

  const accountNumber = async () =>
    Number((await data(core, "query ($id: ID!) { account(id: $id) { number } }", { id })).account.number);
});
