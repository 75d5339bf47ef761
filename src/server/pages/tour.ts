import type { TourStop } from "./explorer.js";

/**
 * Ten minutes with the graph, one tab after the other. On a new data folder account 1 is the sandbox and account 2 the local
 * folder; the README walks the same way.
 */
export const TOUR: readonly TourStop[] = [
  {
    title: "Accounts",
    query: `# Welcome. Put your API key into the field above, then press the play button. These are the accounts that are connected.
query Accounts {
  accounts {
    nodes {
      id
      number
      name
      service { name title }
      capabilities
    }
  }
}
`,
  },
  {
    title: "Files",
    query: `# Real files of a folder on this machine. Every list is a Relay connection.
query Files($account: ID!) {
  account(id: $account) {
    name
    storage {
      root {
        contents(first: 10) {
          nodes {
            id
            name
            type
            ... on File { size mimeType downloadUrl }
            ... on Folder { contents(first: 5) { nodes { name } } }
          }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
}
`,
    variables: JSON.stringify({ account: "2" }, null, 2),
  },
  {
    title: "One graph",
    query: `# Two services, one question. Add the header "x-unigraph-explain": "true" to see what it cost upstream.
query OneGraph {
  local: account(id: "2") { ...Reports }
  sandbox: account(id: "1") { ...Reports }
}

fragment Reports on Account {
  service { title }
  storage {
    byPath(path: "/Reports") {
      name
      ... on Folder {
        contents(recursive: true) {
          nodes { path ... on File { size modified } }
        }
      }
    }
  }
}
`,
  },
  {
    title: "Change",
    query: `# Mutations take one input. Run it twice: the folder is there, and given back.
mutation NewFolder($parent: ID!) {
  createFolder(input: { parent: $parent, name: "From the explorer" }) {
    folder { id path created }
  }
}
`,
    variables: JSON.stringify({ parent: "paste the id of a folder" }, null, 2),
  },
  {
    title: "Errors",
    query: `# A failure is a typed error beside the answer; the rest of it stands.
query PartialFailure {
  works: account(id: "2") { storage { root { name } } }
  fails: account(id: "2") { storage { byPath(path: "/no/such/file") { name } } }
}
`,
  },
  {
    title: "Background",
    query: `# Copies a folder in the background. Take the task's id to the next tab.
mutation Copy($folder: ID!, $parent: ID!) {
  copyFolder(input: { id: $folder, parent: $parent, name: "A copy", async: true }) {
    task { id status }
  }
}
`,
    variables: JSON.stringify({ folder: "id of a folder", parent: "id of the folder to copy into" }, null, 2),
  },
  {
    title: "Watch",
    query: `# The task now, then at every change, until it ends.
subscription Watch($id: ID!) {
  task(id: $id) {
    status
    info { percentCompleted timeElapsed timeRemaining }
    result { id ... on Folder { path } }
    error { code message }
  }
}
`,
    variables: JSON.stringify({ id: "id of the task" }, null, 2),
  },
  {
    title: "Connect",
    query: `# Another account: a WebDAV server of yours. "services" tells what each one asks for.
# (A server in a private network needs UNIGRAPH_PRIVATE_NETWORKS.)
mutation Connect {
  connectAccount(input: {
    service: "webdav"
    fields: { url: "https://dav.example.com/", username: "alice", password: "secret" }
    endUser: "alice"
  }) {
    account { id name }
    token
  }
}

query Services {
  services {
    name
    title
    authentication { scheme fields { name title required secret hint } }
  }
}
`,
  },
  {
    title: "Raw",
    query: `# The service's own object beside the unified one, and its own API for what the unified one lacks.
query Raw {
  account(id: "1") {
    storage { root { raw { id type object } } }
    rawGet(uri: "/account") { status json }
  }
}
`,
  },
];
