import graphql from "@graphql-eslint/eslint-plugin";

const CONNECTION = "FieldDefinition:has(NamedType[name.value=/Connection$/])";

/** What every part of the graph keeps to beside the plugin's rules: what is looked for, and what to do about it. */
const conventions = [
  [
    `${CONNECTION}:not(:has(> Directive[name.value=listSize]))`,
    "A connection says how long it is at most: give the field @Listed().",
  ],
  [
    `${CONNECTION} > InputValueDefinition[name.value=/^(last|before)$/]`,
    "Paging is forward only: `first` and `after`.",
  ],
  ...["nodes", "totalCount"].map((field) => [
    `ObjectTypeDefinition[name.value=/Connection$/]:not(:has(> FieldDefinition[name.value=${field}]))`,
    `A connection has \`${field}\`: make it with connectionOf().`,
  ]),
  [
    "ObjectTypeDefinition[name.value=Mutation] > FieldDefinition > .gqlType Name[value!=/Payload$/]",
    "A mutation gives a payload, so that more can be told later.",
  ],
  // Normalising clients merge all objects of one id. Beside nodes, these have ids of their own: each is sealed, so none is another object's.
  [
    "ObjectTypeDefinition:not(:has(> NamedType[name.value=Node]))" +
      "[name.value!=/^(Attachment|Attendee|AuditActor|AuditTarget|EncodeRawIdPayload|Permission|Person|Raw|UploadPayload)$/] > FieldDefinition[name.value=id]",
    "A field `id` is a global id: implement Node, or give the field another name.",
  ],
];

/** GraphQL only: TypeScript is Biome's. */
export default [
  {
    files: ["schema/schema.graphql"],
    plugins: { "@graphql-eslint": graphql },
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: "schema/schema.graphql" } } },
    rules: {
      ...graphql.configs["flat/schema-recommended"].rules,
      ...graphql.configs["flat/schema-relay"].rules,
      "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
      "@graphql-eslint/relay-edge-types": [
        "error",
        { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false },
      ],
      // Types, and the fields of the root types: the rule's own `rootField` finds none where there is more than one root type (4.4.1).
      "@graphql-eslint/require-description": [
        "error",
        {
          types: true,
          DirectiveDefinition: true,
          FieldDefinition: true,
          ignoredSelectors: [
            "[type=ObjectTypeDefinition][name.value=/^(Query|Mutation|Subscription)$/]",
            ":not([name.value=/^(Query|Mutation|Subscription)$/]) > FieldDefinition",
          ],
        },
      ],
      "@graphql-eslint/input-name": "error",
      "@graphql-eslint/no-scalar-result-type-on-mutation": "error",
      "@graphql-eslint/require-nullable-fields-with-oneof": "error",
      "@graphql-eslint/no-typename-prefix": "off", // an account is a resource, and every resource names its `account`
      "@graphql-eslint/strict-id-in-types": "off", // values have no id; the last of the conventions guards those that do
      "no-restricted-syntax": ["error", ...conventions.map(([selector, message]) => ({ selector, message }))],
    },
  },
];
