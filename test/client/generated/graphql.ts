/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Which unified API an object belongs to. The REST spelling is the lower-case name. */
export type Api =
  | 'AUDIT'
  | 'CALENDAR'
  | 'CRM'
  | 'EMAIL'
  | 'EVENTS'
  | 'ITSM'
  | 'MESSAGING'
  | 'META'
  | 'STORAGE'
  | 'TEAM';

export type DescribeAccountMutationVariables = Exact<{
  account: string;
  customProperties: Record<string, unknown>;
}>;


export type DescribeAccountMutation = { updateAccount: { account: { number: number, apis: Array<Api>, created: string, customProperties: Record<string, unknown> } | null } };

type Entry_File_Fragment = { __typename: 'File', id: string, name: string };

type Entry_Folder_Fragment = { __typename: 'Folder', id: string, name: string };

export type EntryFragment =
  | Entry_File_Fragment
  | Entry_Folder_Fragment
;

export type FilesQueryVariables = Exact<{
  account: string;
  path: string;
  first?: number | null | undefined;
}>;


export type FilesQuery = { account: { number: number, storage: { byPath:
        | { __typename: 'File', size: number | null, downloadUrl: string | null, modified: string | null, id: string, name: string }
        | { __typename: 'Folder', id: string, name: string, contents: { nodes: Array<
              | { __typename: 'File', id: string, name: string }
              | { __typename: 'Folder', id: string, name: string }
            >, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null }
       | null } | null } | null };

export type NewFolderMutationVariables = Exact<{
  parent: string;
  name: string;
}>;


export type NewFolderMutation = { createFolder: { folder: { __typename: 'Folder', path: string | null, id: string, name: string } | null } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const EntryFragmentDoc = new TypedDocumentString(`
    fragment Entry on StorageResource {
  __typename
  id
  name
}
    `, {"fragmentName":"Entry"}) as unknown as TypedDocumentString<EntryFragment, unknown>;
export const DescribeAccountDocument = new TypedDocumentString(`
    mutation DescribeAccount($account: ID!, $customProperties: JSONObject!) {
  updateAccount(input: {id: $account, customProperties: $customProperties}) {
    account {
      number
      apis
      created
      customProperties
    }
  }
}
    `) as unknown as TypedDocumentString<DescribeAccountMutation, DescribeAccountMutationVariables>;
export const FilesDocument = new TypedDocumentString(`
    query Files($account: ID!, $path: String!, $first: Int) {
  account(id: $account) {
    number
    storage {
      byPath(path: $path) {
        ...Entry
        ... on File {
          size
          downloadUrl
          modified
        }
        ... on Folder {
          contents(first: $first) {
            nodes {
              ...Entry
            }
            pageInfo {
              hasNextPage
              endCursor
            }
          }
        }
      }
    }
  }
}
    fragment Entry on StorageResource {
  __typename
  id
  name
}`) as unknown as TypedDocumentString<FilesQuery, FilesQueryVariables>;
export const NewFolderDocument = new TypedDocumentString(`
    mutation NewFolder($parent: ID!, $name: String!) {
  createFolder(input: {parent: $parent, name: $name}) {
    folder {
      ...Entry
      path
    }
  }
}
    fragment Entry on StorageResource {
  __typename
  id
  name
}`) as unknown as TypedDocumentString<NewFolderMutation, NewFolderMutationVariables>;