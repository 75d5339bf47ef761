/** What the team of the sandbox says; only the fields that are read. */
export interface WireTeamUser {
  id: string;
  name: string;
  email: string;
  role: string;
  created_at: string;
  modified_at: string;
}
export interface WireTeamGroup {
  id: string;
  name: string;
  description: string | null;
  created_at: string;
  modified_at: string;
}
export interface WireMembership {
  user: WireTeamUser;
  group: WireTeamGroup;
  /** In this group. */
  role: string;
}
