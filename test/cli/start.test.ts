import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/main.js", import.meta.url));

interface Ended {
  code: number;
  out: string;
  error: string;
  ms: number;
}
const run = (args: string[], environment: Record<string, string>): Promise<Ended> => {
  const began = performance.now();
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      [main, ...args],
      { env: { PATH: process.env.PATH, NO_COLOR: "1", ...environment }, timeout: 20_000 },
      (failure, out, error) =>
        resolve({ code: failure ? Number(failure.code ?? 99) : 0, out, error, ms: performance.now() - began }),
    ),
  );
};

describe("the command line", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "unigraph-cli-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  let count = 0;
  const fresh = () => join(folder, `data${count++}`);

  describe("misconfiguration ends with one sentence, in time (F31)", () => {
    const cases: [string, () => Promise<Record<string, string>>, RegExp][] = [
      ["a port that is none", async () => ({ PORT: "http" }), /PORT must be a port number/],
      ["a host of another machine", async () => ({ HOST: "203.0.113.7" }), /HOST 203\.0\.113\.7 is no address/],
      ["a short secret", async () => ({ UNIGRAPH_SECRET: "short" }), /UNIGRAPH_SECRET must have at least 32/],
      ["a short key", async () => ({ UNIGRAPH_API_KEY: "short" }), /UNIGRAPH_API_KEY must have at least 16/],
      ["a seed that is none", async () => ({ UNIGRAPH_SEED: "all" }), /UNIGRAPH_SEED must be/],
      ["a public URL that is none", async () => ({ UNIGRAPH_PUBLIC_URL: "here" }), /UNIGRAPH_PUBLIC_URL must be/],
      [
        "networks that are none",
        async () => ({ UNIGRAPH_PRIVATE_NETWORKS: "lan" }),
        /UNIGRAPH_PRIVATE_NETWORKS must be/,
      ],
      ["a log level that is none", async () => ({ UNIGRAPH_LOG_LEVEL: "loud" }), /UNIGRAPH_LOG_LEVEL must be/],
      [
        "a file of settings that is missing",
        async () => ({ UNIGRAPH_CONFIG: "/nowhere.json" }),
        /UNIGRAPH_CONFIG names a file/,
      ],
      [
        "a data folder that is a file",
        async () => {
          await writeFile(join(folder, "file"), "");
          return { UNIGRAPH_DATA: join(folder, "file") };
        },
        /UNIGRAPH_DATA|is not a folder/,
      ],
      [
        "a database that is none",
        async () => {
          const data = fresh();
          await mkdir(data);
          await writeFile(
            join(data, "unigraph.sqlite"),
            "this is no database, but it is long enough to look like one".repeat(100),
          );
          return { UNIGRAPH_DATA: data };
        },
        /unigraph\.sqlite/,
      ],
      [
        "another secret than the one that sealed the data",
        async () => {
          const data = fresh();
          await run(["accounts"], { UNIGRAPH_DATA: data, UNIGRAPH_SECRET: "x".repeat(40) });
          return { UNIGRAPH_DATA: data, UNIGRAPH_SECRET: "y".repeat(40) };
        },
        /secret|sealed/i,
      ],
      [
        "a local folder that is not there",
        async () => ({ UNIGRAPH_LOCAL: join(folder, "missing") }),
        /UNIGRAPH_LOCAL|missing/,
      ],
    ];
    for (const [name, environment, sentence] of cases)
      test(name, async () => {
        const settings = { UNIGRAPH_DATA: fresh(), PORT: "0", ...(await environment()) };
        const { code, error, ms } = await run(["serve"], settings);
        assert.notEqual(code, 0);
        assert.match(error, sentence);
        assert.equal(error.trim().split("\n").length, 1, error);
        assert.ok(ms < 10_000, `${ms} ms`);
        const doctor = await run(["doctor", "--json"], settings);
        assert.equal(doctor.code, 1, doctor.out);
        assert.match(doctor.out, sentence);
      });

    test("a port that is taken", async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      const PORT = String((server.address() as AddressInfo).port);
      const settings = { UNIGRAPH_DATA: fresh(), PORT };
      const { code, error } = await run(["serve"], settings);
      assert.equal(code, 2);
      assert.match(error, new RegExp(`PORT ${PORT} is in use`));
      const doctor = await run(["doctor", "--json"], settings);
      server.close();
      assert.equal(doctor.code, 1);
      assert.match(doctor.out, /is in use/);
    });
  });

  test("doctor finds nothing wrong with a new data folder", async () => {
    const { code, out } = await run(["doctor"], { UNIGRAPH_DATA: fresh(), PORT: "0" });
    assert.equal(code, 0, out);
  });

  describe("a server and the commands beside it", () => {
    let data: string;
    let child: ChildProcess;
    let out = "";
    before(async () => {
      data = fresh();
      child = spawn(process.execPath, [main], {
        env: { PATH: process.env.PATH, UNIGRAPH_DATA: data, PORT: "0", UNIGRAPH_LOG_LEVEL: "warn" },
        stdio: ["ignore", "pipe", "inherit"],
      });
      child.stdout?.on("data", (chunk) => {
        out += chunk;
      });
      while (!out.includes("ready ")) await once(child.stdout as NodeJS.ReadableStream, "data");
    });
    after(() => child.kill("SIGKILL"));
    const settings = () => ({ UNIGRAPH_DATA: data, PORT: "0" });

    test("the first start tells the first key once, and the address", async () => {
      assert.match(out, /^API key ug\S+ \(shown this once; keep it\)\nready http:\/\/127\.0\.0\.1:\d+\n$/);
      const key = /API key (\S+)/.exec(out)?.[1];
      const url = /ready (\S+)/.exec(out)?.[1];
      const response = await fetch(`${url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `APIKey ${key}` },
        body: JSON.stringify({ query: "{ accounts { nodes { name } } }" }),
      });
      assert.equal(response.status, 200);
    });

    test("no secret lies in the data folder for others to read", async () => {
      const key = /API key (\S+)/.exec(out)?.[1] as string;
      for (const name of await readdir(data)) {
        if (name === "files") continue;
        assert.ok(!(await readFile(join(data, name))).includes(key), name);
      }
    });

    test("accounts, as a table and as JSON", async () => {
      const table = await run(["accounts"], settings());
      assert.match(table.out, /^number {2}service/);
      const json = await run(["accounts", "--json"], settings());
      assert.deepEqual(
        JSON.parse(json.out).map(({ service }: { service: string }) => service),
        ["sandbox", "local"],
      );
    });

    test("connect, query, disconnect", async () => {
      const connected = await run(["connect", "sandbox", "--field", "seed=cli", "--json"], settings());
      const [account] = JSON.parse(connected.out);
      const query = await run(
        [
          "query",
          "query ($id: ID!) { account(id: $id) { storage { root { name } } } }",
          "--variables",
          JSON.stringify({ id: account.id }),
          "--json",
        ],
        settings(),
      );
      assert.equal(query.code, 0, query.error);
      assert.ok(JSON.parse(query.out).data.account.storage.root.name);
      assert.equal((await run(["accounts", "disconnect", String(account.number)], settings())).code, 0);
      const again = await run(["accounts", "disconnect", String(account.number)], settings());
      assert.equal(again.code, 1);
      assert.match(again.error, /There is no such account/);
    });

    test("query --wait follows a task to its end, with its progress", async () => {
      const { out: found } = await run(
        ["query", `{ account(id: "2") { storage { root { id } byPath(path: "/Reports") { id } } } }`, "--json"],
        settings(),
      );
      const { root, byPath } = JSON.parse(found).data.account.storage;
      const copy = `mutation { copyFolder(input: { id: "${byPath.id}", parent: "${root.id}", name: "By command", async: true }) { task { id } } }`;
      const { code, out: told } = await run(["query", copy, "--json", "--wait"], settings());
      assert.equal(code, 0, told);
      assert.match(told, /\nSUCCEEDED\n$/);
      assert.deepEqual((await readdir(join(data, "files", "By command"))).sort(), ["2026"]);
    });

    test("a document with a mistake is refused in a sentence", async () => {
      const { code, error } = await run(["query", "{ nonsense }"], settings());
      assert.equal(code, 1);
      assert.match(error, /^error Cannot query field "nonsense"/);
    });

    test("a field that the service does not have is refused", async () => {
      const { code, out: told } = await run(["connect", "sandbox", "--field", "colour=red", "--json"], settings());
      assert.equal(code, 1);
      assert.equal(JSON.parse(told).error.code, "invalid_parameters");
    });

    test("keys: create, list, revoke", async () => {
      const { out: key } = await run(["keys", "create", "ci", "--rights", "read"], settings());
      assert.match(key.trim(), /^ug\S{20,}$/);
      const { out: list } = await run(["keys", "--json"], settings());
      const made = JSON.parse(list).find(({ name }: { name: string }) => name === "ci");
      assert.deepEqual(made.rights, ["read"]);
      assert.ok(!list.includes(key.trim()));
      assert.equal((await run(["keys", "revoke", String(made.id)], settings())).code, 0);
    });

    test("the application: where its answers may go, whom it trusts, its switches", async () => {
      for (const args of [
        ["allow-redirect", "https://app.example.com/done"],
        ["allow-domain", "localhost:8000"],
        ["set", "implicitGrantEnabled", "on"],
      ])
        assert.equal((await run(["app", ...args], settings())).code, 0, args.join(" "));
      const shown = async () => (await run(["app"], settings())).out;
      assert.match(
        await shown(),
        /implicitGrantEnabled +on\n[\s\S]*redirect URI +https:\/\/app\.example\.com\/done\ntrusted domain +localhost:8000/,
      );
      assert.equal((await run(["app", "forbid-domain", "localhost:8000"], settings())).code, 0);
      assert.doesNotMatch(await shown(), /localhost/);
      for (const args of [
        ["allow-redirect", "http://app.example.com/"],
        ["forbid-domain", "localhost:8000"],
        ["service-key", "webdav", "client", "--public"],
      ]) {
        const { code, error } = await run(["app", ...args], settings());
        assert.equal(code, 1);
        assert.match(error, /^error [^\n]+\.\n$/);
      }
    });

    test("the schema", async () => {
      const { out: schema } = await run(["schema"], settings());
      assert.match(schema, /type Query \{/);
    });

    test("SIGTERM ends it well", async () => {
      child.kill("SIGTERM");
      const [code] = await once(child, "exit");
      assert.equal(code, 0);
    });
  });
});
