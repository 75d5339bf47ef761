/** What the mail of the sandbox says; only the fields that are read. */
export interface WireAddress {
  name: string | null;
  email: string;
}

export interface WireMail {
  id: string;
  folder_id: string;
  labels: { id: string; name: string }[];
  thread_id: string;
  message_id: string | null;
  in_reply_to: string | null;
  from: WireAddress;
  to: WireAddress[];
  cc: WireAddress[];
  bcc: WireAddress[];
  reply_to: WireAddress[];
  subject: string | null;
  date: string;
  snippet: string;
  attachments: { id: string; name: string; mime_type: string; size: number; inline: boolean }[];
  read: boolean;
  starred: boolean;
  draft: boolean;
  modified_at: string;
}

export interface WireMailFolder {
  id: string;
  name: string;
  role: string | null;
  parent_id: string | null;
  total_count: number;
  unread_count: number;
}

export interface WireLabel {
  id: string;
  name: string;
}

export interface WireThread {
  id: string;
  subject: string | null;
  snippet: string;
  participants: WireAddress[];
  message_count: number;
  unread: boolean;
  oldest: string;
  newest: string;
}

export interface WireBody {
  text: string | null;
  html: string | null;
}
