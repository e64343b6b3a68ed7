// Builds everything the pages load into the frame's static folder, or into `--out=FOLDER`. `--tests` builds the unit
// tests instead, `--dev` leaves the code readable, with source maps.
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const wanted = process.argv.find((argument) => argument.startsWith("--out="))?.slice("--out=".length);
const target = wanted ? resolve(wanted) : join(here, "../onetrip/faces/frame/static/dist");
const out = `${target}.new`; // a running server never sees a half-built folder
const development = process.argv.includes("--dev");

async function sprite() {
  const names = (await readFile(join(here, "icons.txt"), "utf8")).split("\n").map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"));
  const symbols = await Promise.all(names.map(async (name) => {
    const svg = await readFile(join(modules, "lucide-static/icons", `${name}.svg`), "utf8")
      .catch(() => { throw new Error(`icons.txt: lucide has no icon named "${name}"`); });
    const drawing = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replace(/\s+/g, " ").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${drawing}</symbol>`;
  }));
  await writeFile(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

async function pages() {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await build({
    entryPoints: ["citizen", "call", "company", "desk", "console", "board", "charts", "map", "sample"].map((name) => join(here, "entries", `${name}.ts`)),
    outdir: out, bundle: true, minify: !development, format: "iife", target: "es2020", charset: "utf8",
    sourcemap: development ? "linked" : false, legalComments: "none", logLevel: "warning",
    loader: { ".png": "file", ".svg": "file" }, assetNames: "[name]",
  });
  await cp(join(modules, "htmx.org/dist/htmx.min.js"), join(out, "htmx.min.js"));
  await cp(join(modules, "weui/dist/style/weui.min.css"), join(out, "weui.min.css"));
  await sprite();
  await rm(target, { recursive: true, force: true });
  await rename(out, target);
}

async function tests() {
  const folder = join(here, "tests");
  const entryPoints = (await readdir(folder)).filter((name) => name.endsWith(".test.ts")).map((name) => join(folder, name));
  await build({
    entryPoints, outdir: join(here, "build/tests"), outExtension: { ".js": ".mjs" }, bundle: true, platform: "node",
    format: "esm", target: "node20", sourcemap: "inline", logLevel: "warning",
  });
}

await (process.argv.includes("--tests") ? tests() : pages());
