import { EventEmitter } from "node:events";
import type { MemoryRequest, MemoryResponse } from "../../../upstream/transports/memory.js";
import { accountRoutes } from "./accounts.js";
import { auditRoutes } from "./audit.js";
import { calendarRoutes } from "./calendar.js";
import { Contents } from "./contents.js";
import { crmRoutes } from "./crm.js";
import { Database } from "./database.js";
import { emailRoutes } from "./email.js";
import { Faults } from "./faults.js";
import { feedRoutes } from "./feed.js";
import { fileRoutes } from "./files.js";
import { type Service, serve } from "./http.js";
import { itsmRoutes } from "./itsm.js";
import { messagingRoutes } from "./messaging.js";
import { teamRoutes } from "./team.js";
import { Tokens } from "./tokens.js";

export interface SandboxService {
  /** Answers one request; rejects only when its caller has gone or its body broke. */
  handle(request: MemoryRequest): Promise<MemoryResponse>;
  /** Ends every use of the database file. */
  close(): void;
}

/** A cloud service in this process: a REST API at `http://sandbox.invalid`, all of it in one SQLite database. */
export const sandboxService = (options: { file: string | ":memory:"; now?: () => number }): SandboxService => {
  const now = options.now ?? Date.now;
  const changed = new EventEmitter().setMaxListeners(0);
  const database = new Database(options.file);
  const service: Service = { database, tokens: new Tokens(database, now), changed, now };
  const contents = new Contents(database, now);
  const routes = [
    ...accountRoutes(service, contents),
    ...fileRoutes(service, contents),
    ...feedRoutes(service),
    ...crmRoutes(service),
    ...messagingRoutes(service),
    ...teamRoutes(service),
    ...itsmRoutes(service),
    ...auditRoutes(service),
    ...calendarRoutes(service),
    ...emailRoutes(service, contents),
  ];
  return { handle: serve(service, new Faults(now), routes), close: () => database.close() };
};
