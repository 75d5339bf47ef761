import { type Browser, chromium } from "playwright-core";
import { install } from "../servers/install.js";

const CHROMIUM = "/usr/bin/chromium";

/** False, or why there is no Chromium here: the `skip` of a suite. */
export const installChromium = (): Promise<false | string> => install({ packages: { chromium: CHROMIUM } });

/** Without a window, and asking nobody but the pages that it is sent to. `more`: other switches of its command line. */
export const launchChromium = (...more: readonly string[]): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--no-first-run",
      "--disable-sync",
      ...more,
    ],
  });
