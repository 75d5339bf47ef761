import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Certificate, good } from "../faults/certificates.js";
import { type Recipe, USER } from "./server.js";

interface Kind {
  security: "none" | "explicit" | "implicit";
  certificate?: Certificate;
  /** Connections of one address. */
  connections?: number;
}

/** pyftpdlib: MLSD, and TLS on demand or from the first byte; users are those of the program. */
export const pyftpdlib = ({ security, certificate = good, connections = 0 }: Kind): Recipe => ({
  name: `pyftpdlib-${security}`,
  packages: {
    "python3-pyftpdlib": "/usr/lib/python3/dist-packages/pyftpdlib/handlers.py",
    "python3-openssl": "/usr/lib/python3/dist-packages/OpenSSL/SSL.py",
  },
  async prepare({ folder, files, port }) {
    const script = join(folder, "server.py");
    await writeFile(join(folder, "certificate.pem"), `${certificate.cert}\n${certificate.key}\n`);
    await writeFile(
      join(folder, "settings.json"),
      JSON.stringify({ ...USER, folder, files, port, security, connections }),
    );
    await writeFile(script, SCRIPT);
    return { command: "/usr/bin/python3", arguments: ["-W", "ignore", script], path: "/" };
  },
});

const SCRIPT = `
import json, os
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer

here = os.path.dirname(os.path.abspath(__file__))
settings = json.load(open(os.path.join(here, "settings.json")))

class Implicit(TLS_FTPHandler):
    def handle(self):
        self.secure_connection(self.get_ssl_context())
    def handle_ssl_established(self):
        FTPHandler.handle(self)

Handler = {"none": FTPHandler, "explicit": TLS_FTPHandler, "implicit": Implicit}[settings["security"]]
Handler.authorizer = DummyAuthorizer()
Handler.authorizer.add_user(settings["username"], settings["password"], settings["files"], perm="elradfmwMT")
if settings["security"] != "none":
    Handler.certfile = os.path.join(here, "certificate.pem")
    Handler.tls_control_required = Handler.tls_data_required = True
Handler.auth_failed_timeout = 0
server = FTPServer(("127.0.0.1", settings["port"]), Handler)
server.max_cons_per_ip = settings["connections"]
server.serve_forever()
`;
