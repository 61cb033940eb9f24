// Bundles src/ into the folder that is named (publisher/web/static): names that change with their content,
// copies in brotli and gzip, the licences of what others wrote, and assets.json, which tells what is called how.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const ENTRIES = ["site.css", "sparql.css", "preview.css", "site.js", "sparql.js", "preview.js", "favicon.svg"];
const PACKED = [".woff2"]; // compressed by themselves
const here = fileURLToPath(new URL(".", import.meta.url));
const target = process.argv[2] ?? join(here, "../publisher/web/static");
const out = join(here, "node_modules", ".built"); // until it is whole

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ENTRIES.map((name) => `src/${name}`),
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  // Nesting and light-dark() stay as they are written; these browsers know both.
  target: ["chrome123", "firefox120", "safari17.5"],
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".svg": "copy", ".woff2": "file" },
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
});

const names = {};
for (const [path, { entryPoint, inputs }] of Object.entries(metafile.outputs)) {
  names[basename(entryPoint ?? Object.keys(inputs)[0])] = basename(path);
}
const licences = licencesOf(Object.keys(metafile.inputs));
names["LICENSES.txt"] = `LICENSES-${createHash("sha256").update(licences).digest("hex").slice(0, 8)}.txt`;
writeFileSync(join(out, names["LICENSES.txt"]), licences);
for (const name of readdirSync(out).filter((each) => !PACKED.some((suffix) => each.endsWith(suffix)))) {
  const content = readFileSync(join(out, name));
  writeFileSync(join(out, `${name}.br`), brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }));
  writeFileSync(join(out, `${name}.gz`), gzipSync(content, { level: 9 }));
}
writeFileSync(join(out, "assets.json"), JSON.stringify(Object.fromEntries(Object.entries(names).sort()), null, 1) + "\n");

// Name, version and licence of every package that something of is in the bundles; fails when one tells none.
function licencesOf(inputs) {
  const folders = new Set(inputs.map((each) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(each)?.[0]).filter(Boolean));
  return [...folders].sort().map((each) => licenceOf(join(here, each))).join(`\n${"-".repeat(72)}\n\n`);
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e(\.|$)/i.test(each));
  if (!file) throw new Error(`${name} comes without the text of its licence; it cannot be shipped`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}
rmSync(target, { recursive: true, force: true });
renameSync(out, target);
