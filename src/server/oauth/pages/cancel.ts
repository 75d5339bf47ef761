/** A form of its own, so that cancelling sends nothing that was typed. */
export const cancelForm = (flow: string): string =>
  `<form method="post" action="/v1/oauth/cancel?flow=${encodeURIComponent(flow)}"><button class="quiet">Cancel</button></form>`;
