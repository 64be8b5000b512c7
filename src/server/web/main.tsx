import { render } from "preact";
import type { Live, Report } from "../page/contract.ts";
import { App } from "./app.tsx";
import { LiveSource } from "./data/live-source.ts";
import { ReportSource } from "./data/source.ts";

const place = document.getElementById("page");
const element = document.getElementById("data");
if (place !== null && element !== null) {
  const data = JSON.parse(element.textContent) as Live | Report;
  place.replaceChildren();
  render(<App source={data.kind === "live" ? new LiveSource(data) : new ReportSource(data)} />, place);
}
