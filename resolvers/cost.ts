import { DirectiveLocation, GraphQLDirective, GraphQLInt, GraphQLList, GraphQLNonNull, GraphQLString } from "graphql";
import { Directive } from "type-graphql";

/**
 * What clients and gateways may know of a query's cost before they send it.
 * Source: https://ibm.github.io/graphql-specs/cost-spec.html
 */
export const costDirectives: readonly GraphQLDirective[] = [
  new GraphQLDirective({
    name: "cost",
    description: "Calls to a service that selecting the field makes, before batching and joining.",
    locations: [DirectiveLocation.FIELD_DEFINITION],
    args: { weight: { type: new GraphQLNonNull(GraphQLString) } },
  }),
  new GraphQLDirective({
    name: "listSize",
    description: "How many objects the field gives at most.",
    locations: [DirectiveLocation.FIELD_DEFINITION],
    args: {
      assumedSize: { type: GraphQLInt },
      slicingArguments: { type: new GraphQLList(new GraphQLNonNull(GraphQLString)) },
      sizedFields: { type: new GraphQLList(new GraphQLNonNull(GraphQLString)) },
    },
  }),
];

/** A field that asks the service. */
export const Call = (): MethodDecorator & PropertyDecorator => Directive('@cost(weight: "1")');

/** A connection: as long as `first` says. */
export const Listed = (): MethodDecorator & PropertyDecorator =>
  Directive('@listSize(assumedSize: 100, slicingArguments: ["first"], sizedFields: ["edges", "nodes"])');
