import { payloadOf } from "../common/payloadOf.js";
import { MailFolder } from "./folder.js";
import { Label } from "./label.js";
import { EmailMessage } from "./message.js";

export const EmailMessagePayload = payloadOf("EmailMessage", "emailMessage", () => EmailMessage);
export const MailFolderPayload = payloadOf("MailFolder", "mailFolder", () => MailFolder);
export const LabelPayload = payloadOf("Label", "label", () => Label);
