import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Attachment } from "../../schema/common/attachment.js";
import { Url } from "../../schema/common/scalars.js";
import type { Context } from "../context.js";
import type { ObjectRef } from "../objectRef.js";

@Resolver(() => Attachment)
export class AttachmentResolver {
  @FieldResolver(() => Url, {
    nullable: true,
    description:
      "A URL that streams the bytes; valid for minutes and for this attachment only. Null when there are none.",
  })
  downloadUrl(@Root() { id, name, parentId }: Attachment, @Ctx() { urls }: Context): string | null {
    if (id === null || parentId === null) return null;
    const { scope, api } = id as ObjectRef;
    const isKept = (api === "email" || api === "calendar") && scope.apis(false)[api].can("attachment");
    return isKept ? urls.attachment(id, name || "attachment") : null;
  }
}
