import { graphql } from "./tag.js";

export const copy = graphql`
  mutation CopyMutation($input: CopyInput!) {
    copyFolder(input: $input) {
      task {
        ...TaskProgress
      }
    }
  }
`;

export const task = graphql`
  subscription TaskSubscription($id: ID!) {
    task(id: $id) {
      ...TaskProgress
    }
  }
`;

export const progress = graphql`
  fragment TaskProgress on Task {
    status
    info {
      percentCompleted
    }
    result {
      type
    }
  }
`;
