import type { Limiter } from "../../tasks/limiter.js";
import type { UnifiedApi } from "../../unified/api.js";

export interface RestParts {
  unified: UnifiedApi;
  limiter: Limiter;
  /** Requests of one account in a second; 0: any number. */
  rate: number;
  /** What clients reach us by, when it was configured. */
  publicUrl: string | undefined;
}
