/** relay-compiler (relay.config.json) reads what stands behind this tag; nothing here runs it. */
export const graphql = String.raw;
