import { encode, type ImageFormat, landscape } from "./images.js";
import { between, pick, type Random } from "./random.js";

/** A file (`bytes`) or a folder (`entries`) to be. */
export interface Plant {
  name: string;
  bytes?: Uint8Array;
  entries?: Plant[];
  /** Roles of colleagues, in their order. */
  shared?: readonly ("writer" | "commenter" | "reader")[];
  properties?: Record<string, string>;
  /** A contact of the world who may read it. */
  guest?: number;
}

const folder = (name: string, entries: Plant[], more: Partial<Plant> = {}): Plant => ({ name, entries, ...more });
const file = (name: string, text: string, more: Partial<Plant> = {}): Plant => ({
  name,
  bytes: Buffer.from(text),
  ...more,
});

/** A demo: what a person's storage may look like, with the names that break things. */
export const smallSeed = (random: Random): Plant[] => [
  file("Welcome.md", WELCOME),
  folder("Reports", [
    folder("2025", [file("annual report.md", report(random, "2025")), file("budget.csv", table(random))]),
    folder(
      "2026",
      ["Q1", "Q2", "Q3"].map((quarter) =>
        folder(quarter, [
          file("budget.csv", table(random), { properties: { department: "finance", quarter } }),
          file("summary.md", report(random, `${quarter} 2026`), { shared: ["reader"] }),
          file("figures.json", JSON.stringify(figures(random), null, 2)),
        ]),
      ),
      { shared: ["writer", "reader"] },
    ),
  ]),
  folder("Photos", [
    folder("Alps", [photo(random, "sunrise.jpg"), photo(random, "ridge.jpg"), photo(random, "valley.png")]),
    folder("Coast", [photo(random, "dunes.jpg"), photo(random, "évening light.png")]),
    photo(random, "cover.jpg", { properties: { camera: "landscape 1.0" } }),
  ]),
  folder(
    "Contracts",
    ["Berg & Söhne", "Costa Lda.", "Demir A.Ş."].map((party, guest) => ({
      guest,
      name: `${party} – contract.pdf`,
      bytes: pdf(`Contract with ${ascii(party)}`),
      shared: ["commenter"] as const,
      properties: { party, status: pick(random, ["draft", "signed", "expired"]) },
    })),
  ),
  folder("Projects", [
    folder("Website", [
      folder("design", [photo(random, "header.png"), file("palette.json", '{ "sky": "#5a96e6", "sun": "#fff0c8" }\n')]),
      file("index.html", "<!doctype html>\n<title>Sandbox</title>\n<p>Hello.</p>\n"),
      file("notes.txt", paragraph(random)),
      file("empty.log", ""),
    ]),
    folder("Launch 🚀", [
      file("plan ✅.md", report(random, "Launch 🚀")),
      file("Übersicht.txt", `Grüße! ${paragraph(random)}`),
    ]),
  ]),
  folder("Names", [
    file("AC/DC.txt", "A name is not a path.\n"),
    file("100% & more + #1?.txt", "Every one of these characters means something to some URL.\n"),
    file(" a space at either end ", "Not to be trimmed.\n"),
    file("cafe\u0301.txt", "The accent is a character of its own (NFD).\n"),
    file("caf\u00e9.txt", "The accent is part of the letter (NFC).\n"),
    file(".hidden", "A leading dot.\n"),
    file(`${"long ".repeat(48)}name.txt`, "253 bytes of name.\n"),
    file("名前 с именем.txt", "こんにちは, привет.\n"),
  ]),
  folder("Empty", []),
  folder(
    "Archive",
    Array.from({ length: 300 }, (_, index) =>
      file(`note ${String(index + 1).padStart(3, "0")}.txt`, paragraph(random)),
    ),
  ),
];

const LARGE_FILES = 10_000;
const TEAMS = [
  "Design",
  "Engineering",
  "Finance",
  "Legal",
  "Marketing",
  "Operations",
  "People",
  "Research",
  "Sales",
  "Support",
];
const YEARS = ["2024", "2025", "2026"];
const TOPICS = ["Budget", "Contracts", "Drafts", "Invoices", "Meetings", "Minutes", "Plans", "Reports", "Reviews"];

/** 10,000 files in 310 folders: ten teams, three years, nine topics each. */
export const largeSeed = (random: Random): Plant[] => {
  const leaves: Plant[][] = [];
  const tops = TEAMS.map((team) =>
    folder(
      team,
      YEARS.map((year) =>
        folder(
          year,
          TOPICS.map((topic) => {
            const entries: Plant[] = [];
            leaves.push(entries);
            return folder(topic, entries);
          }),
        ),
      ),
    ),
  );
  for (let number = 1; number <= LARGE_FILES; number++) {
    const name = `${pick(random, WORDS)} ${pick(random, WORDS)} ${String(number).padStart(5, "0")}.${pick(random, ["txt", "md", "csv"])}`;
    leaves[number % leaves.length]?.push(file(name, paragraph(random)));
  }
  return tops;
};

const WELCOME = `# Welcome

This account lives in your own process: nothing in it leaves your machine, and nothing in it matters.
Rename, move, copy, delete and upload as you like.

- Reports: text and tables, some of them shared and with properties
- Photos: real pictures, with thumbnails
- Names: files whose names are hard on programs
- Archive: 300 files, to page through
`;

const WORDS =
  "amber anchor autumn basin beacon birch canvas cedar cobalt copper coral delta ember falcon fjord glacier harbour indigo island juniper lantern linen maple marble meadow mistral morning ocean olive orchard pebble pine quartz raven ridge river saffron silver slate summit thistle timber tundra valley velvet willow winter".split(
    " ",
  );

export const sentence = (random: Random): string => {
  const words = Array.from({ length: between(random, 5, 12) }, () => pick(random, WORDS)).join(" ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
};
const paragraph = (random: Random): string =>
  `${Array.from({ length: between(random, 2, 6) }, () => sentence(random)).join(" ")}\n`;

const report = (random: Random, title: string): string => `# ${title}\n\n${paragraph(random)}\n${paragraph(random)}`;

const figures = (random: Random) => ({
  revenue: between(random, 90, 140) * 1000,
  cost: between(random, 60, 110) * 1000,
  customers: between(random, 200, 900),
});

const table = (random: Random): string => {
  const rows = ["Salaries", "Rent", "Travel", "Hardware", "Software", "Training"].map(
    (item) => `${item},${between(random, 5, 400) * 100},${between(random, 5, 400) * 100}`,
  );
  return `${["item,planned,spent", ...rows].join("\r\n")}\r\n`;
};

const photo = (random: Random, name: string, more: Partial<Plant> = {}): Plant => {
  const format: ImageFormat = name.endsWith(".png") ? "png" : "jpeg";
  return { name, bytes: encode(landscape(random, 240, 160), format), ...more };
};

export const ascii = (text: string): string => text.normalize("NFD").replace(/[^ -~]/g, "");

/** One page with one line on it (ISO 32000-1, 7.5). */
export const pdf = (line: string): Buffer => {
  const content = `BT /F1 24 Tf 72 720 Td (${line.replace(/[()\\]/g, "\\$&")}) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let text = "%PDF-1.4\n";
  const starts = objects.map((object, index) => {
    const start = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(start).padStart(10, "0")} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${starts.join("")}`;
  return Buffer.from(
    `${text}${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`,
  );
};
