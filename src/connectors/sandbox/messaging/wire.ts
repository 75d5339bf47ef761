/** What the chat of the sandbox says; only the fields that are read. */
export interface WireConversation {
  id: string;
  name: string | null;
  topic: string | null;
  private: boolean;
  member_ids: string[];
  guests: { name: string; email: string }[];
  created_at: string;
  modified_at: string;
}
export interface WireChatMessage {
  id: string;
  conversation_id: string;
  thread_id: string | null;
  /** `id` is null for a guest. */
  author: { id: string | null; name: string; email: string };
  text: string;
  /** Files of the account's storage. */
  attachments: { id: string; name: string; mime_type: string | null; size: number | null; url: string }[];
  reply_count: number;
  created_at: string;
  edited_at: string | null;
}
