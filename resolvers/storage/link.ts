import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import { File } from "../../schema/storage/file.js";
import { CreateLinkInput, UpdateLinkInput } from "../../schema/storage/inputs.js";
import { Link } from "../../schema/storage/link.js";
import { LinkPayload } from "../../schema/storage/payloads.js";
import { createLink, findLink, toLink, updateLink } from "../../src/unified/links.js";
import type { Context } from "../context.js";
import type { ObjectRef } from "../objectRef.js";

@Resolver(() => Link)
export class LinkResolver {
  @FieldResolver(() => File, { nullable: true })
  file(@Root() { fileId }: Link, @Ctx() { loaders }: Context): Promise<unknown> {
    return loaders.objects(false).load(fileId as ObjectRef);
  }

  @Authorized("write")
  @Mutation(() => LinkPayload, { description: "A link, hosted here, to a file." })
  async createLink(
    @Arg("input", () => CreateLinkInput) { file, direct, password, expires }: CreateLinkInput,
    @Ctx() { session, urls }: Context,
  ): Promise<LinkPayload> {
    const { scope, native } = await session.resolveAs(file, "storage", ["file"]);
    const link = await createLink(scope, {
      file: native,
      direct,
      password: password ?? null,
      expires: expires ?? null,
    });
    return { link: toLink(scope, link, urls.base()) };
  }

  @Authorized("write")
  @Mutation(() => LinkPayload, { description: "Switches a link on or off, or changes its password or its end." })
  async updateLink(
    @Arg("input", () => UpdateLinkInput) { id, active, password, expires }: UpdateLinkInput,
    @Ctx() { session, urls }: Context,
  ): Promise<LinkPayload> {
    const { scope, native } = await session.resolveAs(id, "storage", ["link"]);
    const link = await updateLink(scope, native, {
      ...(active == null ? {} : { active }),
      ...(password === undefined ? {} : { password }),
      ...(expires === undefined ? {} : { expires }),
    });
    return { link: toLink(scope, link, urls.base()) };
  }
}

export const readLink = async ({ urls }: Context, { scope, native }: ObjectRef): Promise<Link> =>
  toLink(scope, await findLink(scope, native), urls.base());
