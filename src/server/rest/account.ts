import type { ConnectedAccount } from "../../unified/account.js";
import { apisOf } from "../../unified/capabilities.js";

/** Source: the unified API, "Account object". */
export const renderAccount = (account: ConnectedAccount, base: string, full: boolean) => {
  const { record, connector } = account;
  return {
    id: record.id,
    account: record.name,
    service: connector.service,
    service_name: connector.title,
    active: record.active && record.enabled,
    enabled: record.enabled,
    admin: record.admin,
    apis: apisOf(connector, record),
    effective_scope: record.scope,
    custom_properties: record.customProperties,
    end_user: record.endUser,
    ...(full ? { properties: { capabilities: flagsOf(new Set(account.capabilities)) } } : {}),
    created: record.created,
    modified: record.modified,
    type: "account",
    api: "meta",
    href: `${base}/v1/accounts/${record.id}`,
  };
};

/** Capabilities as old clients ask for them: flags by name. Source: the unified API, "Capabilities on accounts". */
const flagsOf = (can: ReadonlySet<string>): Record<string, boolean> =>
  Object.fromEntries(Object.entries(FLAGS).map(([flag, needs]) => [flag, needs.every((one) => can.has(one))]));

const crud = (collection: string): readonly string[] =>
  ["list", "read", "create", "update", "delete"].map((what) => `crm.${collection}.${what}`);

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  can_upload_file: ["storage.files.create"],
  can_rename_file: ["storage.files.update"],
  can_move_file: ["storage.files.move"],
  can_copy_file: ["storage.files.copy"],
  can_update_file_content: ["storage.files.create"],
  can_delete_file: ["storage.files.delete"],
  can_delete_file_permanently: ["storage.files.delete"],
  can_create_folder: ["storage.folders.create"],
  can_rename_folder: ["storage.folders.update"],
  can_move_folder: ["storage.folders.move"],
  can_copy_folder: ["storage.folders.copy"],
  can_delete_folder: ["storage.folders.delete"],
  can_search_file_name: ["storage.search"],
  permissions_supported_for_files: ["storage.permissions.list"],
  properties_supported_for_files: ["storage.properties.list"],
  can_list_properties: ["storage.properties.list"],
  can_delete_all_properties: ["storage.properties.update"],
  multipart_uploads_supported_for_files: ["storage.files.create"],
  can_list_users: ["team.users.list"],
  can_retrieve_user: ["team.users.read"],
  can_list_groups: ["team.groups.list"],
  can_retrieve_group: ["team.groups.read"],
  can_list_group_members: ["team.members"],
  can_crud_crm_accounts: crud("accounts"),
  can_crud_crm_contacts: crud("contacts"),
  can_crud_crm_leads: crud("leads"),
  can_crud_crm_opportunities: crud("opportunities"),
  can_crud_crm_campaigns: crud("campaigns"),
  can_crud_crm_tasks: crud("tasks"),
  can_crud_crm_objects: crud("objects"),
  can_crm_search: ["crm.search"],
  can_crm_batch: ["crm.accounts.read"],
};
