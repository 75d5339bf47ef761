import type { Comment } from "../../schema/itsm/comment.js";
import type { ItsmKey, ItsmOperations, Page, Paging } from "../connectors/connector.js";
import { inBatches } from "./batch.js";
import type { Unified } from "./category.js";
import type { Lists } from "./collection.js";

/** What one call is asked for at most; the contract says so. */
const RECORDS = 50;

/** Comments as a list for each record: first pages of many in the fewest calls. */
export class UnifiedComments implements Lists<Comment, ItsmKey> {
  constructor(private readonly itsm: Unified<ItsmOperations>) {}

  list({ type, id, ...paging }: ItsmKey & Paging): Promise<Page<Comment>> {
    return this.itsm.comments({ type, id }, paging);
  }

  listMany(records: readonly ItsmKey[], limit: number): Promise<(Page<Comment> | Error)[]> {
    return inBatches(this.itsm, records, {
      name: "commentsMany",
      maximum: RECORDS,
      one: (record) => this.itsm.comments(record, { cursor: null, limit }),
      rest: [limit],
    });
  }
}
