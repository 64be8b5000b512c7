// Bundles the page of reports and the server, src/server/web, into dist/page: page.js, page.css, and the licences of
// the packages in it. `npm run build` runs it. The program must stand in a page as it is, so nothing in it may end a
// script.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { rolldown } from "rolldown";

const FOLDER = "dist/page";
const STYLES = "src/server/web/style";
/** The most bytes of the program and the style together. */
const MOST = 150_000;
const require = createRequire(import.meta.url);

const bundle = await rolldown({
  input: "src/server/web/main.tsx",
  platform: "browser",
  transform: { target: "es2022" },
});
const { output } = await bundle.generate({ format: "iife", minify: true });
await bundle.close();
const [program] = output;
if (/<\/script|<!--/i.test(program.code)) throw new Error("the page's program has text in it that ends a script");
const script = program.code.trim();
const sheets = readdirSync(STYLES)
  .sort()
  .map((name) => readFileSync(join(STYLES, name), "utf8"));
const style = `${readFileSync(require.resolve("uplot/dist/uPlot.min.css"), "utf8").trim()}\n${minified(sheets.join("\n"))}`;
if (/<\/style/i.test(style)) throw new Error("the page's style has text in it that ends a style");
const size = Buffer.byteLength(script) + Buffer.byteLength(style);
if (size > MOST) throw new Error(`the page has ${size} bytes; ${MOST} at most`);
mkdirSync(FOLDER, { recursive: true });
writeFileSync(join(FOLDER, "page.js"), script);
writeFileSync(join(FOLDER, "page.css"), style);
writeFileSync(join(FOLDER, "licences.txt"), licences(program.moduleIds));

/** Takes out what a style has for its readers. */
function minified(css) {
  return css
    .replace(/\/\*.*?\*\//gs, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,]) ?/g, "$1")
    .trim();
}

function licences(modules) {
  const folders = modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
  return [...new Set(folders)].sort().map(licenceOf).join("\n");
}

function licenceOf(folder) {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = readdirSync(folder).filter((file) => /^licen[cs]e/i.test(file));
  if (texts.length === 0) throw new Error(`${name} has no file with its licence`);
  return [`${name} ${version}\n`, ...texts.map((file) => readFileSync(join(folder, file), "utf8"))].join("\n");
}
