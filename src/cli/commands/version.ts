import { DIALECT_VERSIONS } from "../../codec/bpftool/dialect.ts";
import { licences, packageVersion } from "../package/package-files.ts";
import { EXIT } from "../result/exit-codes.ts";
import { jsonWriter, type Session } from "../session/session.ts";

/**
 * `version`, `-V`: prints the version of this program, and the versions of bpftool that it knows. With `--licences` it
 * prints the licences of the program and of what is in it.
 */
export async function run(_words: readonly string[], session: Session): Promise<number> {
  if (session.options.licences) {
    if (session.style === "plain") session.out.text(licences());
    else jsonWriter(session).string(licences()).end();
    return EXIT.ok;
  }
  if (session.style === "plain") {
    session.out.text(`ebpf-map ${packageVersion()}\nprints like bpftool ${DIALECT_VERSIONS.join(", ")}\n`);
    return EXIT.ok;
  }
  const json = jsonWriter(session).open("{");
  json.name("version").string(packageVersion());
  json.name("compat").open("[");
  for (const version of DIALECT_VERSIONS) json.string(version);
  json.close("]").close("}").end();
  return EXIT.ok;
}
