import type { Family, FamilyKind } from "./family.ts";
import { metricNumber } from "./number-text.ts";

/** The formats of Prometheus: its older text format, and OpenMetrics. */
export type ExpositionFormat = "text" | "openmetrics";

/** The characters that are joined before they are turned into bytes. */
const JOINED = 65_536;

/** The ending that a metric's kind requires of its name, in each format. */
const KIND_SUFFIX: Readonly<Partial<Record<FamilyKind, string>>> = { counter: "_total", info: "_info" };
const UNITS = ["seconds", "bytes", "ratio"];

/** Writes metrics as a page for Prometheus. Memory is that of the page. */
export function exposition(families: readonly Family[], format: ExpositionFormat): Buffer {
  const page = new Page();
  for (const family of families) writeFamily(family, format, page);
  if (format === "openmetrics") page.add("# EOF\n");
  return page.bytes();
}

function writeFamily(family: Family, format: ExpositionFormat, page: Page): void {
  const { name, kind, help, samples } = family;
  page.add(format === "text" ? textHead(name, kind, help) : openMetricsHead(name, kind, help));
  const lacksSum = format === "openmetrics" && kind === "histogram" && family.hasSum !== true;
  for (const { suffix, labels, value } of samples) {
    if (lacksSum && suffix === "_count") continue;
    page.add(
      labels === ""
        ? `${name}${suffix} ${metricNumber(value)}\n`
        : `${name}${suffix}{${labels}} ${metricNumber(value)}\n`,
    );
  }
}

function textHead(name: string, kind: FamilyKind, help: string): string {
  const escaped = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return `# HELP ${name} ${escaped}\n# TYPE ${name} ${kind === "info" ? "gauge" : kind}\n`;
}

/** The family's name is that of its samples without what its kind adds; a unit has a line of its own. */
function openMetricsHead(name: string, kind: FamilyKind, help: string): string {
  const suffix = KIND_SUFFIX[kind] ?? "";
  const family = suffix !== "" && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  const escaped = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
  const unit = UNITS.find((one) => family.endsWith(`_${one}`));
  const unitLine = unit === undefined ? "" : `# UNIT ${family} ${unit}\n`;
  return `# TYPE ${family} ${kind}\n${unitLine}# HELP ${family} ${escaped}\n`;
}

class Page {
  readonly #pieces: Buffer[] = [];
  #text = "";

  add(text: string): void {
    this.#text += text;
    if (this.#text.length >= JOINED) this.#flush();
  }

  bytes(): Buffer {
    this.#flush();
    return Buffer.concat(this.#pieces);
  }

  #flush(): void {
    this.#pieces.push(Buffer.from(this.#text, "utf8"));
    this.#text = "";
  }
}
