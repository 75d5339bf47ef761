import { mkdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { freePort, type Recipe } from "./server.js";

/** Who may sign at Swift: two who own an account each, and one who may do nothing in the first one. */
export const SWIFT_KEYS = {
  owner: { accessKeyId: "test:tester", secretAccessKey: "testing" },
  other: { accessKeyId: "other:tester", secretAccessKey: "testing-too" },
  stranger: { accessKeyId: "test:stranger", secretAccessKey: "strange" },
} as const;

export const SWIFT_REGION = "us-east-1";

/**
 * OpenStack Swift behind its own S3 API, which checks signatures strictly. One replica on one device. Its folder must lie
 * on a file system with extended attributes.
 */
export const swift: Recipe = {
  name: "swift",
  packages: {
    "swift-proxy": "/usr/bin/swift-proxy-server",
    "swift-account": "/usr/bin/swift-account-server",
    "swift-container": "/usr/bin/swift-container-server",
    "swift-object": "/usr/bin/swift-object-server",
    memcached: "/usr/bin/memcached",
  },
  async prepare({ folder, files, port }) {
    const user = process.getuid?.() === 0 ? "www-data" : userInfo().username;
    const common = (at: number) =>
      `[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = ${at}\nworkers = 0\nuser = ${user}\nswift_dir = ${folder}\n`;
    await mkdir(join(files, "sdb1"));
    await writeFile(join(folder, "swift.conf"), SWIFT);
    const ports: number[] = [];
    for (const kind of BACKENDS) {
      const at = await freePort();
      ports.push(at);
      await writeFile(join(folder, `${kind}.conf`), common(at) + backend(kind, files));
    }
    const cache = await freePort();
    await writeFile(join(folder, "proxy.conf"), common(port) + proxy(cache));
    const program = join(folder, "run.py");
    await writeFile(program, PROGRAM);
    return {
      command: "/usr/bin/python3",
      arguments: [program, folder, String(cache), ...ports.map(String)],
      path: "/",
    };
  },
};

const BACKENDS = ["account", "container", "object"];

const SWIFT = `[swift-hash]
swift_hash_path_suffix = x
swift_hash_path_prefix = y
[storage-policy:0]
name = one
default = yes
`;

const backend = (kind: string, devices: string) => `devices = ${devices}
mount_check = false
disable_fallocate = true
[pipeline:main]
pipeline = ${kind}-server
[app:${kind}-server]
use = egg:swift#${kind}
`;

const FILTERS = ["catch_errors", "gatekeeper", "listing_formats", "bulk", "copy", "slo", "dlo", "symlink"];

/** `symlink` must stand behind `versioned_writes`. */
const proxy = (cache: number) => `[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${cache}
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
allow_multipart_uploads = true
location = ${SWIFT_REGION}
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
user_other_tester = testing-too .admin
user_test_stranger = strange
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
${FILTERS.map((name) => `[filter:${name}]\nuse = egg:swift#${name}\n`).join("")}`;

/** Makes the rings, then runs all servers; those of Swift share what Python has loaded, and all end with the proxy. */
const PROGRAM = `
import ctypes, os, socket, sys, time
from swift.common.ring import RingBuilder
from swift.common.wsgi import run_wsgi
from swift.obj import server

folder, cache, ports = sys.argv[1], sys.argv[2], [int(port) for port in sys.argv[3:]]
kinds = ["account", "container", "object"]
for kind, port in zip(kinds, ports):
    builder = RingBuilder(4, 1, 1)
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "device": "sdb1", "weight": 1.0,
                     "replication_ip": "127.0.0.1", "replication_port": port})
    builder.rebalance()
    builder.get_ring().save(os.path.join(folder, kind + ".ring.gz"))

def fork():
    if os.fork() != 0:
        return False
    ctypes.CDLL(None).prctl(1, 15)
    return True

if fork():
    os.execv("/usr/bin/memcached", ["memcached", "-l", "127.0.0.1", "-p", cache, "-U", "0", "-m", "16"])

for kind in kinds:
    if fork():
        options = {"global_conf_callback": server.global_conf_callback} if kind == "object" else {}
        os._exit(run_wsgi(os.path.join(folder, kind + ".conf"), kind + "-server", **options))

for port in ports:
    while True:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
sys.exit(run_wsgi(os.path.join(folder, "proxy.conf"), "proxy-server"))
`;
