import type { EmailOperations } from "../connector.js";
import { attachment } from "./attachment.js";
import { folders } from "./folders.js";
import { LISTS, list, listMany, PAGE } from "./newest.js";
import { bodies, get, getMany } from "./reading.js";
import { send } from "./send.js";
import { threads } from "./threads.js";
import { remove, update } from "./write.js";

/** Mails of one `getMany`: those of one folder are one command. */
const MANY = 500;

export const email: EmailOperations = {
  messages: {
    traits: { pageSize: PAGE, getMany: MANY, listMany: LISTS },
    list,
    listMany,
    get,
    getMany,
    update,
    delete: remove,
  },
  folders,
  threads,
  bodies,
  send,
  attachment,
};
