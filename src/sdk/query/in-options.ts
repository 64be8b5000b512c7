import { EbpfMapError } from "../../errors.ts";

/** The message of an error that names flags of the command, with the names of options. */
export function inOptions(error: unknown): unknown {
  if (!(error instanceof EbpfMapError) || error.code !== "QUERY_INVALID") return error;
  const [first = "", ...others] = error.message.split("\n");
  const named = first.replace(
    /--([a-z]+)(?:-([a-z]))?/g,
    (_, head: string, letter = "") => head + letter.toUpperCase(),
  );
  return new EbpfMapError(error.code, [named, ...others].join("\n"), error.details, error.cause);
}
