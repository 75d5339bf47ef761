import { describe } from "node:test";
import { accountTests } from "./store/accounts.js";
import { activityTests } from "./store/activity.js";
import { applicationTests } from "./store/applications.js";
import { auditTests } from "./store/audit.js";
import { connectingTests } from "./store/connecting.js";
import { credentialTests } from "./store/credentials.js";
import { deliveryTests } from "./store/deliveries.js";
import { keyTests } from "./store/keys.js";
import { linkTests } from "./store/links.js";
import { meetingTests } from "./store/meetings.js";
import { openingTests } from "./store/opening.js";
import type { OpenStorePlace } from "./store/place.js";
import { pushTests } from "./store/pushes.js";
import { subscriptionTests } from "./store/subscriptions.js";
import { uploadTests } from "./store/uploads.js";
import { webhookTests } from "./store/webhooks.js";

/** What every store owes. `open` is given the clock to use. */
export const storeConformance = (name: string, open: OpenStorePlace) =>
  describe(`${name}: store`, () => {
    const suites = [
      openingTests,
      applicationTests,
      connectingTests,
      keyTests,
      accountTests,
      credentialTests,
      linkTests,
      uploadTests,
      subscriptionTests,
      activityTests,
      meetingTests,
      webhookTests,
      deliveryTests,
      pushTests,
      auditTests,
    ];
    for (const tests of suites) tests(open);
  });
