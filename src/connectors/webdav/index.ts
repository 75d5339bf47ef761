import type { Credential } from "../../auth/credential.js";
import { ApiError } from "../../errors.js";
import { CERTIFICATE, connector, type Fields } from "../connector.js";
import { firstPropfind } from "../families/dav/connect.js";
import { readMultistatus } from "../families/dav/multistatus.js";
import { storage } from "./storage.js";
import { FACTS } from "./wire.js";

export const webdav = connector({
  service: "webdav",
  title: "WebDAV",
  category: "cloud_storage",
  origin: ({ url }) => new URL(String(url)).origin,
  auth: {
    scheme: "credentials",
    fields: [
      {
        name: "url",
        title: "Address",
        secret: false,
        required: true,
        hint: "Of the folder to connect: https://files.example.com/dav/alice/",
      },
      { name: "username", title: "User name", secret: false, required: false },
      { name: "password", title: "Password", secret: true, required: false },
      { name: "token", title: "Token", secret: true, required: false, hint: "In place of user name and password" },
      CERTIFICATE,
    ],
  },
  budget: { concurrency: 8 },

  async connect(context, fields) {
    const url = toUrl(fields.url);
    const credential = toCredential(fields);
    const question = { body: FACTS, depth: "0", accept: NO_FOLDER } as const;
    const { status, text } = await firstPropfind(context, url, credential, question);
    if (status !== 207) throw refusal(status);
    const isFolder = readMultistatus(text)[0]
      ?.properties.get("DAV:resourcetype")
      ?.children.some(({ name }) => name === "DAV:collection");
    if (!isFolder) throw new ApiError("invalid_parameters", "There is a file at this address, not a folder.");
    const place = `${url.host}${decodePath(url.pathname).replace(/\/$/, "")}`;
    const name = credential.scheme === "password" ? `${credential.username} @ ${place}` : place;
    return { name, settings: { url: url.href }, credential };
  },

  raw: {
    methods: [
      "GET",
      "HEAD",
      "OPTIONS",
      "PUT",
      "DELETE",
      "PROPFIND",
      "PROPPATCH",
      "MKCOL",
      "COPY",
      "MOVE",
      "LOCK",
      "UNLOCK",
      "REPORT",
      "SEARCH",
    ],
  },
  storage,
});

/** What a server that is no WebDAV server, or has no such folder, says to a PROPFIND. */
const NO_FOLDER = [400, 404, 405, 410, 415, 501];

const refusal = (status: number): ApiError => {
  if (status >= 300 && status < 400)
    return new ApiError("invalid_parameters", "The server redirects to another address; give that one.");
  if (status === 404 || status === 410)
    return new ApiError("invalid_parameters", "The server has no folder at this address.");
  return new ApiError("invalid_parameters", "There is no WebDAV server at this address.");
};

/** Begins with http or https, ends with a slash, holds neither password, query nor fragment. */
const toUrl = (text = ""): URL => {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new ApiError("invalid_parameters", "The address must be a URL that begins with https:// or http://.");
  if (url.username || url.password || url.search || url.hash)
    throw new ApiError("invalid_parameters", "The address must not hold a user name, a password, `?` or `#`.");
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/`;
  return url;
};

const toCredential = ({ username, password, token }: Fields): Credential => {
  if (token && (username || password))
    throw new ApiError("invalid_parameters", "Give a token, or a user name and a password, but not both.");
  if (token) return { scheme: "bearer", token };
  if (username) return { scheme: "password", username, password: password ?? "" };
  if (password) throw new ApiError("invalid_parameters", "A password needs a user name.");
  return { scheme: "none" };
};

const decodePath = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};
