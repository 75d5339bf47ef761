/** JSON Schema 2020-12, as OpenAPI 3.1 has it. */
export type JsonSchema = { readonly [keyword: string]: unknown };

export interface Reference {
  $ref: string;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  description?: string;
  required?: boolean;
  style?: "deepObject";
  explode?: boolean;
  schema?: JsonSchema;
  content?: Content;
}

export type Content = Readonly<Record<string, { schema: JsonSchema }>>;

export interface Response {
  description: string;
  headers?: Readonly<Record<string, Reference>>;
  content?: Content;
}

export interface Operation {
  operationId: string;
  tags: readonly [string];
  summary: string;
  description: string;
  security?: readonly [];
  parameters?: readonly (Parameter | Reference)[];
  requestBody?: { required: boolean; content: Content };
  responses: Readonly<Record<string, Response | Reference>>;
}

/** What is used of OpenAPI 3.1. Source: https://spec.openapis.org/oas/v3.1.0 */
export interface Description {
  openapi: "3.1.0";
  info: {
    title: string;
    version: string;
    description: string;
    contact: { name: string };
    license: { name: string; identifier: string };
  };
  servers: readonly { url: string; description: string }[];
  security: readonly Readonly<Record<string, readonly []>>[];
  tags: readonly { name: string; description: string }[];
  paths: Readonly<Record<string, Readonly<Partial<Record<string, Operation>>>>>;
  components: {
    securitySchemes: Readonly<Record<string, object>>;
    parameters: Readonly<Record<string, Parameter>>;
    headers: Readonly<Record<string, { description: string; schema: JsonSchema }>>;
    responses: Readonly<Record<string, Response>>;
    schemas: Readonly<Record<string, JsonSchema>>;
  };
}
