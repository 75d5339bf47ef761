import type { ConnectedAccount } from "../../../src/unified/account.js";
import { cyrus } from "../../servers/cyrus.js";
import { INVITED, radicale } from "../../servers/radicale.js";
import { type Recipe, type Server, start } from "../../servers/server.js";
import { xandikos } from "../../servers/xandikos.js";
import { type TestCore, testCore } from "../../support/core.js";

export interface OnServer {
  server: Server;
  core: TestCore;
  account: ConnectedAccount;
  close(): Promise<void>;
}

/** An account on a fresh server, reached as every caller reaches it. */
export const openOn = async (recipe: Recipe): Promise<OnServer> => {
  const server = await start(recipe);
  const core = await testCore();
  const fields = { url: server.url, ...INVITED };
  const close = async () => {
    await core.close();
    await server.stop();
  };
  try {
    return { server, core, account: await core.connect("caldav", fields), close };
  } catch (error) {
    await close();
    throw error;
  }
};

interface Layout {
  /** Where the server keeps a user's calendars, as a path below its address. */
  home: string;
  /** The calendar that a new user has; null: none. */
  first: string | null;
}

const LAYOUTS: ReadonlyMap<Recipe, Layout> = new Map([
  [radicale, { home: `${encodeURIComponent(INVITED.username)}/`, first: null }],
  [xandikos, { home: "alice/calendars/", first: "calendar" }],
  [cyrus, { home: `dav/calendars/user/${encodeURIComponent(INVITED.username)}/`, first: "Default" }],
]);

export const layoutOf = (recipe: Recipe): Layout => LAYOUTS.get(recipe) as Layout;

/** A request as any other client would send it; throws what is no success. */
export const send = async (
  { url }: Pick<Server, "url">,
  method: string,
  path: string,
  body?: string,
  type = "application/xml",
): Promise<string> => {
  const credential = Buffer.from(`${INVITED.username}:${INVITED.password}`).toString("base64");
  const response = await fetch(new URL(path, url), {
    method,
    headers: { authorization: `Basic ${credential}`, ...(body === undefined ? {} : { "content-type": type }) },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text;
};
