import { aliyunOss } from "./aliyun_oss/index.js";
import { azure } from "./azure/index.js";
import { caldav } from "./caldav/index.js";
import type { Connector } from "./connector.js";
import { ftp } from "./ftp/index.js";
import { icloudCalendar } from "./icloud_calendar/index.js";
import { imap } from "./imap/index.js";
import { local } from "./local/index.js";
import { s3 } from "./s3/index.js";
import { s3Compatible } from "./s3_compatible/index.js";
import { sandbox } from "./sandbox/index.js";
import { sftp } from "./sftp/index.js";
import { unified } from "./unified/index.js";
import { webdav } from "./webdav/index.js";

/** Every connector, by service. A new one is one more line here. */
export const createConnectors = (machine: { localFolders: readonly string[] }): ReadonlyMap<string, Connector> =>
  new Map(
    [
      local({ folders: machine.localFolders }),
      aliyunOss,
      azure,
      caldav,
      ftp,
      icloudCalendar,
      imap,
      s3,
      s3Compatible,
      sandbox,
      sftp,
      unified,
      webdav,
    ].map((connector) => [connector.service, connector]),
  );
