/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type FilesQueryVariables = Exact<{
  account: string | number;
  path: string;
  first?: number | null | undefined;
}>;


export type FilesQuery = { account: { number: number, storage: { byPath:
        | { __typename: 'File', size: number | null, id: string, name: string }
        | { __typename: 'Folder', id: string, name: string, contents: { nodes: Array<
              | { name: string }
              | { name: string }
            >, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null }
       | null } | null } | null };

export type NewFolderMutationVariables = Exact<{
  parent: string | number;
  name: string;
}>;


export type NewFolderMutation = { createFolder: { folder: { id: string, path: string | null } | null } };

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

export const FilesDocument = new TypedDocumentString(`
    query Files($account: ID!, $path: String!, $first: Int) {
  account(id: $account) {
    number
    storage {
      byPath(path: $path) {
        __typename
        id
        name
        ... on File {
          size
        }
        ... on Folder {
          contents(first: $first) {
            nodes {
              name
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
    `) as unknown as TypedDocumentString<FilesQuery, FilesQueryVariables>;
export const NewFolderDocument = new TypedDocumentString(`
    mutation NewFolder($parent: ID!, $name: String!) {
  createFolder(input: {parent: $parent, name: $name}) {
    folder {
      id
      path
    }
  }
}
    `) as unknown as TypedDocumentString<NewFolderMutation, NewFolderMutationVariables>;