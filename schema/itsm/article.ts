import { Field, Int } from "type-graphql";
import type { Ref } from "../../src/ids.js";
import { ApiObject } from "../common/apiObject.js";
import { registerType } from "../common/node.js";
import { connectionOf } from "../common/page.js";
import { DateTime } from "../common/scalars.js";
import { ItsmResource } from "./itsmResource.js";

@ApiObject({ implements: ItsmResource, description: "An article of a knowledge base." })
export class Article extends ItsmResource {
  declare api: "itsm";
  declare type: "article";
  @Field(() => String, { nullable: true })
  title!: string | null;
  @Field(() => String, { nullable: true })
  body!: string | null;
  @Field(() => String, { nullable: true })
  category!: string | null;
  @Field(() => String, { nullable: true })
  knowledgeBase!: string | null;
  @Field(() => String, { nullable: true, description: "draft, published or retired." })
  status!: string | null;
  @Field(() => DateTime, { nullable: true })
  published!: string | null;
  @Field(() => Int, { nullable: true })
  views!: number | null;
  /** Not exposed: `author` follows it. */
  authorId!: Ref | null;
}
registerType("itsm.article", "Article");

export const ArticleConnection = connectionOf<Article>("Article", () => Article);
