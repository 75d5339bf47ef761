import { ApiError } from "../../../errors.js";
import type { Task } from "../../../tasks/queue.js";
import { accountOf } from "../../../unified/tasks/job.js";
import type { Call } from "../call.js";
import { type Answer, type Endpoint, endpoint } from "../endpoint.js";
import { renderTask, taskSchema, unknownTask } from "../tasks.js";

const ITEMS = ["storage.file", "storage.folder"] as const;

/** Source: the unified API, "Asynchronous requests and tasks". */
export const tasks: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/accounts/:account/tasks/:id",
    title: "A task; once it has ended, what came of it, or the error that it ended with.",
    right: "read",
    answers: { 200: [taskSchema, ...ITEMS], 201: ITEMS, 204: null },
    async handle(call) {
      const task = await call.session.unified.queue.get(call.param("id"));
      if (task?.account !== call.account.account) return { status: 200, body: unknownTask(call.param("id")) };
      return ended(call, task) ?? { status: 200, body: renderTask(task) };
    },
  }),
];

const ended = (call: Pick<Call, "session" | "raw" | "render">, task: Task): Promise<Answer> | null => {
  const { status, error } = task;
  if (error) throw new ApiError(error.code, error.message, { status: error.status });
  if (status === "CANCELLED") throw new ApiError("request_failed", "The task was cancelled.");
  return status === "SUCCEEDED" ? resultOf(call, task) : null;
};

/** The object that came of it, as the request would have answered at once. */
const resultOf = async (call: Pick<Call, "session" | "raw" | "render">, { result, input }: Task): Promise<Answer> => {
  if (!result) return { status: 204 };
  const account = await accountOf(call.session, result);
  const item = await account.apis(call.raw).storage.get({ type: result.type as "file" | "folder", id: result.id });
  return { status: input.move === true ? 200 : 201, body: call.render(item) };
};
