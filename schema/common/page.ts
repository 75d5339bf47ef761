import { type ClassType, Field, Int, ObjectType } from "type-graphql";
import { ApiObject } from "./apiObject.js";

@ApiObject({ description: "Where a page stands in its list. Paging is forward only." })
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;
  @Field(() => Boolean)
  hasPreviousPage!: boolean;
  @Field(() => String, { nullable: true })
  startCursor!: string | null;
  @Field(() => String, { nullable: true, description: "Give it as `after` to read on." })
  endCursor!: string | null;
}

/** One page of a Relay connection. An edge's cursor is the page's: services resume after pages, not after items. */
export interface ConnectionOf<Item> {
  edges: { cursor: string; node: Item }[];
  nodes: Item[];
  pageInfo: PageInfo;
  totalCount: number | null;
}

/** A connection as type-graphql knows it, with the edge that others may share. */
type ConnectionClass<Item> = ClassType<ConnectionOf<Item>> & { readonly edge: ClassType };

/** The connection type of a node type, with its edge: `connectionOf("Storage", () => StorageResource)`. */
export const connectionOf = <Item>(name: string, node: () => NodeType<Item>): ConnectionClass<Item> => {
  const edge = edgeOf(name, node);
  return pageOf(`${name}Connection`, "One page of a list.", edge, node);
};

/** A class, or a union of classes. */
type NodeType<Item> = (abstract new () => Item) | Item;

const edgeOf = <Item>(name: string, node: () => NodeType<Item>): ClassType => {
  const nodeType = node as unknown as () => ClassType;

  @ObjectType(`${name}Edge`, { simpleResolvers: true, description: "One item of a page." })
  class Edge {
    @Field(() => String, { description: "Give it as `after` to read on behind this item." })
    cursor!: string;
    @Field(nodeType, { nullable: true })
    node!: Item;
  }
  return Edge;
};

/** A page of edges of that type: a connection, and whatever is one with more to say. */
export const pageOf = <Item>(
  name: string,
  description: string,
  edge: ClassType,
  node: () => NodeType<Item>,
): ConnectionClass<Item> => {
  const nodeType = node as unknown as () => ClassType;

  @ObjectType(name, { simpleResolvers: true, description })
  class Connection implements ConnectionOf<Item> {
    static readonly edge = edge;
    @Field(() => [edge])
    edges!: ConnectionOf<Item>["edges"];
    @Field(() => [nodeType()], { description: "The items without their edges." })
    nodes!: Item[];
    @Field(() => PageInfo)
    pageInfo!: PageInfo;
    @Field(() => Int, { nullable: true, description: "Only where the service tells it." })
    totalCount!: number | null;
  }
  return Connection;
};
