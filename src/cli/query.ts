import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import type { Command } from "commander";
import { type ExecutionResult, getOperationAST, graphql, parse, subscribe, validate } from "graphql";
import { createContext } from "../../resolvers/context.js";
import { createSchema } from "../../resolvers/schema.js";
import { type Core, startTasks } from "../app.js";
import { ConfigError } from "../config.js";
import { ApiError } from "../errors.js";
import { taskInfo } from "../tasks/info.js";
import type { Session } from "../unified/session.js";
import { withCore } from "./core.js";
import { action } from "./output.js";
import { Progress } from "./progress.js";

/** Milliseconds between two looks at a task. */
const LOOK = 200;

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
        const variableValues = readVariables(options.variables);
        const schema = await createSchema();
        await withCore(async (core, session) => {
          const contextValue = createContext(session, core.urls, "cli");
          const document = parse(source);
          const errors = validate(schema, document);
          if (errors[0]) throw new ApiError("bad_request", errors[0].message);
          if (getOperationAST(document)?.operation === "subscription") {
            const events = await subscribe({ schema, document, contextValue, variableValues });
            if (!(Symbol.asyncIterator in events)) return show(events, { json: true });
            for await (const event of events) show(event, { json: true });
            return;
          }
          const result = await graphql({ schema, source, contextValue, variableValues });
          show(result, options);
          if (options.wait) await follow(core, session, result.data);
        });
      }),
    );
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

/** Every task in an answer, to its end. Runs it here when no server does. */
const follow = async (core: Core, session: Session, data: unknown): Promise<void> => {
  const worker = startTasks(core, console);
  try {
    for (const id of taskIds(data)) {
      const { type, native } = await session.resolve(id);
      if (type === "task") await followOne(core, native);
    }
  } finally {
    await worker.stop(5_000);
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
