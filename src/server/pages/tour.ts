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
    title: "One contact",
    query: `# Who is this, and what is there between us? The company and its deals are the CRM's; mails, chat, meetings and files come from
# whatever the same person has connected. Three contacts cost as many calls upstream as one.
query OneContact {
  account(id: "1") {
    crm {
      contacts(first: 3) {
        nodes {
          name
          email
          company { name opportunities(first: 3) { nodes { name stageName amount } } }
          correspondence(first: 3) {
            nodes { __typename text ... on EmailMessage { subject } author { name } }
            failures { account { name } message }
          }
          meetings(start: "2026-01-01T00:00:00Z", end: "2027-01-01T00:00:00Z", first: 3) {
            nodes { name start attendees { email contact { name title } } }
          }
          files(first: 3) { nodes { name account { service { title } } } }
        }
      }
    }
  }
}
`,
  },
  {
    title: "Agenda",
    query: `# All calendars of all accounts, in one order behind one cursor. An account that does not answer in time is named in "failures".
query Agenda($start: DateTime!, $end: DateTime!) {
  agenda(start: $start, end: $end, first: 20) {
    nodes { name start end allDay location calendar { name } account { name } attendees { name status } }
    pageInfo { hasNextPage endCursor }
    failures { account { name } code message retryAfter }
  }
  availability(duration: "PT1H", windows: [{ start: $start, end: $end }]) { start end }
}
`,
    variables: JSON.stringify({ start: "2026-08-31T00:00:00Z", end: "2026-09-01T00:00:00Z" }, null, 2),
  },
  {
    title: "Inbox",
    query: `# Mails and chat messages of all accounts, the newest first, and whatever else these words are in.
query Inbox {
  inbox(first: 10) {
    nodes {
      __typename
      text
      author { name contact { name company { name } } }
      ... on EmailMessage { subject read }
      ... on ChatMessage { conversation { name } }
    }
    failures { account { name } message }
  }
  search(query: "roll-out", first: 10) {
    nodes { __typename ... on Opportunity { deal: name } ... on Event { name start } ... on EmailMessage { subject } }
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
    title: "Activity",
    query: `# What happens in the accounts from now on: change a file in data/files, or something with the tab "Change".
# The last cursor, given as "after", makes up for what a broken connection has missed.
subscription Activity($after: String) {
  activity(after: $after) {
    cursor
    kind
    occurred
    account { name }
    object { __typename ... on File { name } ... on Folder { name } }
  }
}
`,
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
