/* eslint-disable */
import * as types from './graphql.js';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "mutation DescribeAccount($account: ID!, $customProperties: JSONObject!) {\n  updateAccount(input: {id: $account, customProperties: $customProperties}) {\n    account {\n      number\n      apis\n      created\n      customProperties\n    }\n  }\n}": typeof types.DescribeAccountDocument,
    "fragment Entry on StorageResource {\n  __typename\n  id\n  name\n}": typeof types.EntryFragmentDoc,
    "query Files($account: ID!, $path: String!, $first: Int) {\n  account(id: $account) {\n    number\n    storage {\n      byPath(path: $path) {\n        ...Entry\n        ... on File {\n          size\n          downloadUrl\n          modified\n        }\n        ... on Folder {\n          contents(first: $first) {\n            nodes {\n              ...Entry\n            }\n            pageInfo {\n              hasNextPage\n              endCursor\n            }\n          }\n        }\n      }\n    }\n  }\n}": typeof types.FilesDocument,
    "mutation NewFolder($parent: ID!, $name: String!) {\n  createFolder(input: {parent: $parent, name: $name}) {\n    folder {\n      ...Entry\n      path\n    }\n  }\n}": typeof types.NewFolderDocument,
};
const documents: Documents = {
    "mutation DescribeAccount($account: ID!, $customProperties: JSONObject!) {\n  updateAccount(input: {id: $account, customProperties: $customProperties}) {\n    account {\n      number\n      apis\n      created\n      customProperties\n    }\n  }\n}": types.DescribeAccountDocument,
    "fragment Entry on StorageResource {\n  __typename\n  id\n  name\n}": types.EntryFragmentDoc,
    "query Files($account: ID!, $path: String!, $first: Int) {\n  account(id: $account) {\n    number\n    storage {\n      byPath(path: $path) {\n        ...Entry\n        ... on File {\n          size\n          downloadUrl\n          modified\n        }\n        ... on Folder {\n          contents(first: $first) {\n            nodes {\n              ...Entry\n            }\n            pageInfo {\n              hasNextPage\n              endCursor\n            }\n          }\n        }\n      }\n    }\n  }\n}": types.FilesDocument,
    "mutation NewFolder($parent: ID!, $name: String!) {\n  createFolder(input: {parent: $parent, name: $name}) {\n    folder {\n      ...Entry\n      path\n    }\n  }\n}": types.NewFolderDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation DescribeAccount($account: ID!, $customProperties: JSONObject!) {\n  updateAccount(input: {id: $account, customProperties: $customProperties}) {\n    account {\n      number\n      apis\n      created\n      customProperties\n    }\n  }\n}"): typeof import('./graphql.js').DescribeAccountDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment Entry on StorageResource {\n  __typename\n  id\n  name\n}"): typeof import('./graphql.js').EntryFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Files($account: ID!, $path: String!, $first: Int) {\n  account(id: $account) {\n    number\n    storage {\n      byPath(path: $path) {\n        ...Entry\n        ... on File {\n          size\n          downloadUrl\n          modified\n        }\n        ... on Folder {\n          contents(first: $first) {\n            nodes {\n              ...Entry\n            }\n            pageInfo {\n              hasNextPage\n              endCursor\n            }\n          }\n        }\n      }\n    }\n  }\n}"): typeof import('./graphql.js').FilesDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation NewFolder($parent: ID!, $name: String!) {\n  createFolder(input: {parent: $parent, name: $name}) {\n    folder {\n      ...Entry\n      path\n    }\n  }\n}"): typeof import('./graphql.js').NewFolderDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
