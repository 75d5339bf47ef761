import { graphql } from "./tag.js";

export const accounts = graphql`
  query AccountsQuery($count: Int!) {
    ...Accounts @arguments(count: $count)
  }
`;

/** Read on by the list's own field of Query. */
export const accountsFragment = graphql`
  fragment Accounts on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" })
  @refetchable(queryName: "AccountsPaginationQuery") {
    accounts(first: $count, after: $cursor) @connection(key: "Accounts_accounts") {
      edges {
        node {
          name
          service {
            title
          }
        }
      }
    }
  }
`;
