import type { OutputOptions, RolldownOptions } from "rolldown";

declare const options: RolldownOptions & { readonly output: OutputOptions };
export default options;
