import type { FillOptions } from "../../../output/columns/fill/filler.ts";
import type { MapSource } from "../../../reader/map-source.ts";
import { renderContext } from "../../../sdk/machine/render-context.ts";
import { openQuery } from "../../rows/open-query.ts";
import type { Session } from "../../session/session.ts";
import { rowQuery, valueStyle } from "../asked/rows.ts";

/** Returns the columns of `dump MAP -o arrow`, and of `-o parquet`, as text. */
export async function arrowSchemaText(map: MapSource, session: Session): Promise<string> {
  const { json, shown, now } = valueStyle(session);
  const { spec, ...query } = rowQuery(session);
  const perCpu = map.shape.cpus > 0 ? { perCpu: "each" as const } : {};
  const compiled = await openQuery(map, { ...query, spec: { ...spec, ...perCpu } });
  const { ColumnCompiler } = await import("../../../output/columns/fill/compile.ts");
  const { rowFillers, uniquelyNamed } = await import("../../../output/columns/fill/row-columns.ts");
  const { schemaText } = await import("../../../output/columns/schema-text.ts");
  const around = renderContext(now, map.origin);
  const options: FillOptions = { enums: json.enums, shown, around, missing: "with-place" };
  return schemaText(uniquelyNamed(rowFillers(compiled, new ColumnCompiler(options))).map(({ column }) => column));
}
