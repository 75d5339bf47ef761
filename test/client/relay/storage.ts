import { graphql } from "./tag.js";

export const folder = graphql`
  query FolderQuery($account: ID!, $count: Int!) {
    account(id: $account) {
      storage {
        root {
          ...FolderContents @arguments(count: $count)
        }
      }
    }
  }
`;

/** Read on by `node(id:)`: Relay writes that query itself. */
export const contents = graphql`
  fragment FolderContents on Folder
  @argumentDefinitions(count: { type: "Int", defaultValue: 50 }, cursor: { type: "String" })
  @refetchable(queryName: "FolderContentsPaginationQuery") {
    name
    contents(first: $count, after: $cursor) @connection(key: "FolderContents_contents") {
      totalCount
      edges {
        node {
          __typename
          name
          ...FileDetails @alias
        }
      }
    }
  }
`;

export const file = graphql`
  fragment FileDetails on File @refetchable(queryName: "FileDetailsRefetchQuery") {
    size
    modified
    parent {
      name
    }
  }
`;

/** The new folder joins the lists that the client names, by the type of their edges. */
export const createFolder = graphql`
  mutation CreateFolderMutation($input: CreateFolderInput!, $connections: [ID!]!) {
    createFolder(input: $input) {
      folder @appendNode(connections: $connections, edgeTypeName: "StorageEdge") {
        name
      }
    }
  }
`;

export const remove = graphql`
  mutation DeleteMutation($input: DeleteInput!, $connections: [ID!]!) {
    delete(input: $input) {
      deletedId @deleteEdge(connections: $connections)
    }
  }
`;
