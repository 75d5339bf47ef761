import {
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  lexicographicSortSchema,
  parse,
  print,
  printSchema,
  visit,
} from "graphql";
import { createSchema } from "./schema.js";

/** The schema as `schema/schema.graphql` holds it: its diff is the API's diff. */
export const printedSchema = async (): Promise<string> => {
  const schema = await createSchema();
  return `${withDirectives(printSchema(lexicographicSortSchema(schema)), schema)}\n`;
};

/** graphql-js prints the definitions of directives, but not where they stand. */
const withDirectives = (printed: string, schema: GraphQLSchema): string => {
  let fieldsOf: ReturnType<typeof fieldsOfType> = {};
  return print(
    visit(parse(printed), {
      ObjectTypeDefinition: {
        enter: ({ name }) => {
          fieldsOf = fieldsOfType(schema, name.value);
        },
      },
      InterfaceTypeDefinition: {
        enter: ({ name }) => {
          fieldsOf = fieldsOfType(schema, name.value);
        },
      },
      FieldDefinition: (field) => {
        const directives = fieldsOf[field.name.value]?.astNode?.directives ?? [];
        return directives.length === 0 ? undefined : { ...field, kind: Kind.FIELD_DEFINITION, directives };
      },
    }),
  );
};

const fieldsOfType = (schema: GraphQLSchema, name: string) => {
  const type = schema.getType(name);
  return isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
};
