import { render } from "preact";
import type { Report } from "../page/contract.ts";
import { App } from "./app.tsx";
import { ReportSource } from "./source.ts";

const place = document.getElementById("page");
const data = document.getElementById("report");
if (place !== null && data !== null) {
  place.replaceChildren();
  render(<App source={new ReportSource(JSON.parse(data.textContent) as Report)} />, place);
}
