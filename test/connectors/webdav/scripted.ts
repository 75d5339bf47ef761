import type { Context } from "../../../src/connectors/connector.js";
import { ApiError, codeOfServiceStatus } from "../../../src/errors.js";
import { Ids, Ref } from "../../../src/ids.js";
import type { Upstream, UpstreamRequest, UpstreamResponse } from "../../../src/upstream/upstream.js";

const ids = new Ids([{ number: 1, secret: "for tests" }]);

export type Script = (request: UpstreamRequest) => Partial<UpstreamResponse & { text: string }>;

/** A context whose server answers by a script, for what no server at hand does; and the requests that it got. */
export const scripted = (url: string, script: Script, raw = false) => {
  const requests: UpstreamRequest[] = [];
  const neither = () => Promise.reject(new Error("webdav asks for text here"));
  const upstream: Upstream = {
    json: neither,
    stream: neither,
    presign: neither,
    async text(request) {
      requests.push(request);
      const answer = { status: 207, headers: {}, repeated: false, text: "", ...script(request) };
      if (answer.status >= 400 && !request.accept?.includes(answer.status))
        throw new ApiError(codeOfServiceStatus(answer.status).code, `status ${answer.status}`);
      return answer;
    },
  };
  const scope = { ids, application: "tests", account: 1 };
  const context: Context = {
    settings: { url },
    upstream,
    connections: { use: neither, lend: neither },
    signal: new AbortController().signal,
    raw,
    ref: (type, native) => new Ref(scope, "storage", type, native),
  };
  return { context, requests };
};

export const FILE = "<D:resourcetype/><D:getcontentlength>1</D:getcontentlength>";
export const FOLDER = "<D:resourcetype><D:collection/></D:resourcetype>";

/** A multistatus of files and folders by their hrefs. */
export const multistatus = (...responses: readonly (readonly [href: string, properties: string])[]): string => {
  const body = responses.map(
    ([href, properties]) =>
      `<D:response><D:href>${href}</D:href><D:propstat><D:prop>${properties}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>`,
  );
  return `<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">${body.join("")}</D:multistatus>`;
};
