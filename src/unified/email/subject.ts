/** "Re:" as mail programs write it in their languages, counted ones (`Re[2]:`, `Re^3:`) too. */
const REPLY = String.raw`(?:re|aw|antw|sv|vs|ref|rif|odp|ynt|atb|回复|回覆|答复|答覆)(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4})?`;
const FORWARD = "(?:fwd?|wg|tr|vb|doorst|rv|pd|转发|轉寄)";
const prefixes = (words: string): RegExp => new RegExp(String.raw`^\s*(?:${words}\s?[:：]\s*)+`, "iu");
const REPLIES = prefixes(REPLY);
const FORWARDS = prefixes(FORWARD);

export const replySubject = (subject: string | null): string => `Re: ${(subject ?? "").replace(REPLIES, "").trim()}`;
export const forwardSubject = (subject: string | null): string =>
  `Fwd: ${(subject ?? "").replace(FORWARDS, "").trim()}`;
