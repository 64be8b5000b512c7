import type { MapSource } from "../../../reader/map-source.ts";
import { openQuery } from "../../rows/open-query.ts";
import { fillOptions } from "../../rows/row-style.ts";
import type { Session } from "../../session/session.ts";
import { rowQuery, valueStyle } from "../asked/rows.ts";

/** Returns the columns of `dump MAP -o arrow`, and of `-o parquet`, as text. */
export async function arrowSchemaText(map: MapSource, session: Session): Promise<string> {
  const { spec, ...query } = rowQuery(session);
  const perCpu = map.shape.cpus > 0 ? { perCpu: "each" as const } : {};
  const compiled = await openQuery(map, { ...query, spec: { ...spec, ...perCpu } });
  const { ColumnCompiler } = await import("../../../output/columns/fill/compile.ts");
  const { uniqueColumns } = await import("../../../output/columns/collection.ts");
  const { rowFillers } = await import("../../../output/columns/fill/row-columns.ts");
  const { columnsText } = await import("../../../output/columns/schema-text.ts");
  const options = { ...fillOptions(valueStyle(session), map.origin), missing: "with-place" } as const;
  return columnsText(uniqueColumns(rowFillers(compiled, new ColumnCompiler(options))));
}
