import { payloadOf } from "../common/payloadOf.js";
import { CrmAccount } from "./account.js";
import { Campaign } from "./campaign.js";
import { Contact } from "./contact.js";
import { Lead } from "./lead.js";
import { Opportunity } from "./opportunity.js";
import { CrmRecord } from "./record.js";
import { CrmTask } from "./task.js";

export const CrmAccountPayload = payloadOf("CrmAccount", "crmAccount", () => CrmAccount);
export const ContactPayload = payloadOf("Contact", "contact", () => Contact);
export const LeadPayload = payloadOf("Lead", "lead", () => Lead);
export const OpportunityPayload = payloadOf("Opportunity", "opportunity", () => Opportunity);
export const CampaignPayload = payloadOf("Campaign", "campaign", () => Campaign);
export const CrmTaskPayload = payloadOf("CrmTask", "crmTask", () => CrmTask);
export const CrmRecordPayload = payloadOf("CrmRecord", "crmRecord", () => CrmRecord);
