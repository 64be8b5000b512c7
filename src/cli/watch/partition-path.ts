/** The properties that tell the files of a history apart. */
export interface Partition {
  readonly host: string;
  /** The map's name, and its id, since several maps may have a name. */
  readonly map: string;
  readonly id: number;
  readonly bootId: string;
  /** The time of the first read. */
  readonly now: Date;
}

/**
 * Returns the path of a file below its history's folder: `host=H/map=M/date=D/TIME-ID-BOOT.parquet`. Folders are
 * partitions as Hive named them first: what is no letter, digit, `.`, `_` or `-` of a name is `%XX` there, and readers
 * give it back.
 */
export function partitionPath({ host, map, id, bootId, now }: Partition): string {
  const [date = "", time = ""] = now.toISOString().split("T");
  const name = [time.replace(/[:Z]/g, "").replace(".", ""), id, ...(bootId === "" ? [] : [bootId.slice(0, 8)])].join(
    "-",
  );
  return `host=${escaped(host)}/map=${escaped(map)}/date=${date}/${name}.parquet`;
}

/** Hive's name for what has none. */
const NONE = "__HIVE_DEFAULT_PARTITION__";

function escaped(name: string): string {
  if (name === "") return NONE;
  return Array.from(Buffer.from(name), (byte) => {
    const letter = String.fromCharCode(byte);
    return /[\w.-]/.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}
