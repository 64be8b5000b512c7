import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { dataText, reportHtml } from "../../../../src/server/page/html.ts";
import { hostileSample } from "../../../helpers/page-maps.ts";
import { reportOfMaps } from "../../../helpers/report-page.ts";

test("data stand in a script element whatever they are", () => {
  const value = ["</script><!--", "&amp;", "\u2028\u2029", 'a"b'];
  const text = dataText(value);
  expect(text).not.toMatch(/[<>&\u2028\u2029]/);
  expect(JSON.parse(text)).toEqual(value);
});

test("a report has two scripts, the data and the program that its policy names, whatever is in the maps", async () => {
  const script = "document.title;";
  const style = "b{}";
  const html = reportHtml(await reportOfMaps([hostileSample()]), "</title><script>", { script, style });
  expect(html.match(/<script[^>]*>/g)).toEqual(['<script type="application/json" id="report">', "<script>"]);
  expect(html).toContain("<title>&#60;/title&#62;&#60;script&#62;</title>");
  const hash = (text: string): string => createHash("sha256").update(text).digest("base64");
  expect(html).toContain(`script-src 'sha256-${hash(script)}'; style-src 'sha256-${hash(style)}'`);
  expect(html).not.toMatch(/https?:|src=(?!x)|href=/);
});
