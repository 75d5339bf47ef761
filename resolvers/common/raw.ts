import type { Readable } from "node:stream";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Authorized, type ClassType, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from "type-graphql";
import { Account } from "../../schema/common/account.js";
import { EncodeRawIdInput, RawRequestInput } from "../../schema/common/inputs.js";
import { Node } from "../../schema/common/node.js";
import { EncodeRawIdPayload, RawRequestPayload } from "../../schema/common/payloads.js";
import { RawResponse } from "../../schema/common/raw.js";
import { JsonObject } from "../../schema/common/scalars.js";
import { ApiError } from "../../src/errors.js";
import { explain } from "../../src/unified/layers/errorContext.js";
import { rawRequest } from "../../src/unified/raw.js";
import type { Context } from "../context.js";
import { Call } from "../cost.js";
import type { ObjectRef } from "../objectRef.js";
import { selects } from "../selection.js";
import { openAccount, textFields } from "./account.js";
import { readRef } from "./node.js";

/** Bytes of an answer that fits into a GraphQL one; more streams through `/v1/accounts/{id}/raw`. */
const MAXIMUM = 4 * 2 ** 20;

@Resolver(() => Account)
export class RawResolver {
  @Call()
  @FieldResolver(() => RawResponse, {
    nullable: true,
    description: "A read of the service's own API, for what the unified one lacks. GET only.",
  })
  rawGet(
    @Arg("uri", () => String) uri: string,
    @Arg("headers", () => JsonObject, { nullable: true }) headers: Record<string, unknown> | null,
    @Root() { id }: Account,
  ): Promise<RawResponse> {
    return request((id as ObjectRef).scope, { uri, method: "GET", headers });
  }

  @Authorized("raw")
  @Mutation(() => RawRequestPayload, { description: "Any request that the service's own API takes." })
  async rawRequest(
    @Arg("input", () => RawRequestInput) { account, uri, method, headers, json, text, base64 }: RawRequestInput,
    @Ctx() { session }: Context,
  ): Promise<RawRequestPayload> {
    const bodies = [
      json === undefined || json === null ? undefined : JSON.stringify(json),
      text ?? undefined,
      base64 == null ? undefined : Buffer.from(base64, "base64"),
    ].filter((body) => body !== undefined);
    if (bodies.length > 1) throw new ApiError("invalid_parameters", "Give at most one of `json`, `text` and `base64`.");
    const typed = json === undefined || json === null ? {} : { "content-type": "application/json" };
    const response = await request(await openAccount({ session }, account), {
      uri,
      method,
      headers: { ...typed, ...headers },
      body: bodies[0],
    });
    return { response };
  }

  @Authorized("read")
  @Mutation(() => EncodeRawIdPayload, { description: "The global id of an object known by the service's own id." })
  async encodeRawId(
    @Arg("input", () => EncodeRawIdInput) { account, rawId, id, api, type, attributes }: EncodeRawIdInput,
    @Ctx() { session }: Context,
  ): Promise<EncodeRawIdPayload> {
    if ((rawId == null) === (id == null)) throw new ApiError("invalid_parameters", "Give either `rawId` or `id`.");
    const opened = await openAccount({ session }, account);
    const native = rawId ?? opened.rawId(id as string, attributes ?? {});
    const ref = await opened.encodeRawId(api, type, native);
    return { id: ref, api: ref.api, type: ref.type };
  }
}

@Resolver(() => EncodeRawIdPayload)
export class EncodeRawIdPayloadResolver {
  @FieldResolver(() => Node as unknown as ClassType<Node>, { nullable: true, description: "The object itself." })
  node(@Root() { id }: EncodeRawIdPayload, @Ctx() context: Context, @Info() info: GraphQLResolveInfo) {
    return id ? readRef(context, id as ObjectRef, selects(info, "raw")) : null;
  }
}

const request = async (
  account: ObjectRef["scope"],
  asked: { uri: string; method: string; headers?: Record<string, unknown> | null; body?: string | Buffer | undefined },
): Promise<RawResponse> => {
  try {
    const { status, headers, body } = await rawRequest(account, {
      uri: asked.uri,
      method: asked.method,
      headers: { "accept-encoding": "identity", ...textFields(asked.headers ?? {}) },
      ...(asked.body === undefined ? {} : { body: asked.body }),
    });
    return { status, headers: { ...headers }, ...readBody(await bytesOf(body), headers["content-type"] ?? "") };
  } catch (error) {
    throw explain({ account, operation: "meta.raw" }, error);
  }
};

const bytesOf = async (body: Readable): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAXIMUM)
      throw new ApiError("entity_too_large", "The service's answer is too large for GraphQL; stream it through /raw.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const readBody = (bytes: Buffer, type: string): Pick<RawResponse, "json" | "text" | "base64"> => {
  if (bytes.length === 0) return { json: null, text: null, base64: null };
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { json: null, text: null, base64: bytes.toString("base64") };
  }
  if (/[/+]json\b/i.test(type))
    try {
      return { json: JSON.parse(text), text: null, base64: null };
    } catch {
      // Said to be JSON and is not: the caller sees the text itself.
    }
  return { json: null, text, base64: null };
};
