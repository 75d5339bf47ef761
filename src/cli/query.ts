import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import type { Command } from "commander";
import type { ExecutionResult } from "graphql";
import { type Core, startTasks } from "../app.js";
import { ConfigError } from "../config.js";
import { ApiError } from "../errors.js";
import { taskInfo } from "../tasks/info.js";
import type { Session } from "../unified/session.js";
import { withCore } from "./core.js";
import { action } from "./output.js";
import { Progress } from "./progress.js";

/** Milliseconds between two looks at a task; those that a task begun here has before others take it over. */
const LOOK = 200;
const GRACE = 5_000;

interface QueryOptions {
  variables?: string;
  wait?: boolean;
  json?: boolean;
}

export const queryCommand = (program: Command): void => {
  program
    .command("query")
    .argument("<document>", "a GraphQL document, or @file")
    .option("--variables <json>", "a JSON object")
    .option("--wait", "follow the tasks that it starts to their end, with a progress bar")
    .option("--json", "one line of JSON")
    .description("ask the graph; a subscription prints a line for each event until Ctrl-C")
    .action(
      action(async (given: string, options: QueryOptions) => {
        const source = given.startsWith("@") ? await readFile(given.slice(1), "utf8") : given;
        const variables = readVariables(options.variables);
        await withCore((core, session) => ask(core, session, source, variables, options));
      }),
    );
};

const ask = async (
  core: Core,
  session: Session,
  source: string,
  variableValues: Record<string, unknown>,
  options: QueryOptions,
): Promise<void> => {
  // Only this command needs the graph; the others start sooner without it.
  const { execute, getOperationAST, parse, subscribe, validate } = await import("graphql");
  const { createContext } = await import("../../resolvers/context.js");
  const { createSchema } = await import("../../resolvers/schema.js");
  const schema = await createSchema();
  const document = parse(source);
  const [wrong] = validate(schema, document);
  if (wrong) throw new ApiError("bad_request", wrong.message);
  const operation = { schema, document, variableValues, contextValue: createContext(session, core.urls, "cli") };
  const kind = getOperationAST(document)?.operation;
  if (kind !== "subscription") {
    // What a mutation waits for (a copy to another account) runs here when no server does.
    const worker = kind === "mutation" ? startTasks(core, console) : undefined;
    try {
      const result = await execute(operation);
      show(result, options);
      if (options.wait) await follow(core, session, JSON.parse(JSON.stringify(result.data ?? null)));
    } finally {
      await worker?.stop(GRACE);
    }
    return;
  }
  const events = await subscribe(operation);
  if (!(Symbol.asyncIterator in events)) show(events, { json: true });
  else for await (const event of events) show(event, { json: true });
};

const readVariables = (json: string | undefined): Record<string, unknown> => {
  try {
    return json === undefined ? {} : JSON.parse(json);
  } catch (cause) {
    throw new ConfigError("--variables must be a JSON object.", { cause });
  }
};

const show = (result: ExecutionResult, { json }: QueryOptions): void => {
  console.log(JSON.stringify(result, null, json ? 0 : 2));
  if (result.errors) process.exitCode = 1;
};

/** Every task in an answer, to its end. */
const follow = async (core: Core, session: Session, data: unknown): Promise<void> => {
  for (const id of taskIds(data)) {
    const { type, native } = await session.resolve(id);
    if (type === "task") await followOne(core, native);
  }
};

/** Looks for itself: another process may run the task, and tells its own bus. */
const followOne = async ({ unified: { queue } }: Core, id: string): Promise<void> => {
  let progress: Progress | undefined;
  for (let task = await queue.get(id); task; task = await queue.get(id)) {
    progress ??= new Progress(task.operation);
    const { percentCompleted, timeRemaining } = taskInfo(task, Date.now());
    progress.update(percentCompleted, timeRemaining);
    if (task.finished !== null) {
      progress.end();
      console.log(task.error ? `${task.status}: ${task.error.message}` : task.status);
      if (task.status !== "SUCCEEDED") process.exitCode = 1;
      return;
    }
    await setTimeout(LOOK);
  }
};

/** Ids of objects called `task`, wherever they are in an answer. */
const taskIds = (data: unknown): string[] =>
  data !== null && typeof data === "object"
    ? Object.entries(data).flatMap(([name, value]) =>
        name === "task" && typeof value?.id === "string" ? [value.id as string] : taskIds(value),
      )
    : [];
