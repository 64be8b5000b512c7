import { EbpfMapError } from "../../errors.ts";
import { warnOfInvalidNames } from "../../output/bpftool/dialect-options.ts";
import type { JsonWriter } from "../../output/bpftool/json-writer.ts";
import { type BpftoolMap, listJson, listPlain } from "../../output/bpftool/list.ts";
import { allMaps } from "../../reader/find.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { interfaceName } from "../../sys/interfaces.ts";
import { findPins, orderPins } from "../../sys/pins.ts";
import { type MapHolders, mapHolders } from "../../sys/processes.ts";
import { wrongWords } from "../args/usage.ts";
import { openFailure } from "../maps/bpftool-answers.ts";
import { FdinfoNote } from "../maps/fdinfo-note.ts";
import { selectMaps } from "../maps/select-maps.ts";
import { EXIT } from "../result/exit-codes.ts";
import { reportElement } from "../session/report-error.ts";
import { jsonWriter, type Session } from "../session/session.ts";
import { mapFinder } from "./asked/maps.ts";

/** The pins and holders of maps, looked up once for all of them. */
interface MapContext {
  /** Pins by map id; undefined if they weren't asked for or nothing is pinned. */
  readonly pins: ReadonlyMap<number, readonly string[]> | undefined;
  readonly holders: MapHolders["byMap"];
}

/** Flags that don't ask for rows, though other commands have them for rows only. */
const FLAGS_OF_ALL_FORMATS: ReadonlySet<string> = new Set(["color", "fail-empty"]);

const NO_CONTEXT: MapContext = { pins: undefined, holders: new Map() };

/**
 * `list [MAP]`: prints all maps of this kernel as an array, or the selected ones as an object, or an array if there are
 * several, as bpftool does; flags of columns, orders and formats ask for rows.
 */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length === 0 || words.length === 2) {
    if (session.rowFlags.some((flag) => !FLAGS_OF_ALL_FORMATS.has(flag))) {
      const { listRows } = await import("./list/list-rows.ts");
      return await listRows(words, session);
    }
  }
  if (words.length === 0) return listAll(session);
  if (words.length === 2) return listSelected(words, session);
  throw wrongWords("list", words, { error: `what is '${words[0]}'?` });
}

function listAll(session: Session): number {
  const context = mapContext(session);
  const json = jsonWriter(session);
  const fdinfoNote = new FdinfoNote(session.warn);
  let status: number = session.options.failEmpty ? EXIT.empty : EXIT.ok;
  if (session.style !== "plain") json.open("[");
  try {
    for (const map of allMaps(session.kernel)) {
      // For thousands of maps, `using` takes as long as the system calls of one.
      try {
        status = EXIT.ok;
        fdinfoNote.look(map);
        show(map, context, session, json);
      } finally {
        map[Symbol.dispose]();
      }
    }
  } catch (error) {
    status = reportElement(openFailure(error, "all", session.dialect), session, json);
  }
  if (session.style !== "plain") json.close("]").end();
  warnOfInvalidNames(json, session.warn);
  return status;
}

async function listSelected(words: readonly string[], session: Session): Promise<number> {
  using selected = await selectMaps(words, mapFinder(session), undefined);
  const { maps, selection } = selected;
  // A snapshot may come from another machine, whose pins and processes are unknown here.
  const context = selection.by === "file" ? NO_CONTEXT : mapContext(session);
  const json = jsonWriter(session);
  const inArray = session.style !== "plain" && maps.length > 1;
  if (inArray) json.open("[");
  const fdinfoNote = new FdinfoNote(session.warn);
  for (const map of maps) {
    fdinfoNote.look(map);
    show(map, context, session, json);
  }
  if (inArray) json.close("]");
  if (session.style !== "plain") json.end();
  warnOfInvalidNames(json, session.warn);
  return EXIT.ok;
}

function mapContext({ options, dialect, context, kernel, warn }: Session): MapContext {
  const pins = options.bpffs
    ? orderPins(
        orNote(() => findPins(kernel), [], warn),
        dialect.pinOrder,
      )
    : undefined;
  const nobody: MapHolders = { byMap: NO_CONTEXT.holders, hidden: 0 };
  const { byMap, hidden } = options.pids ? orNote(() => mapHolders(context.pid), nobody, warn) : nobody;
  if (hidden > 0) warn(`Warning: ${hidden} processes can't be inspected: holders may be missing`);
  return { pins: pins?.size === 0 ? undefined : pins, holders: byMap };
}

/** Returns the result of a lookup, or a fallback and a note if it fails: the maps are listed anyway. */
function orNote<T>(lookUp: () => T, otherwise: T, warn: Session["warn"]): T {
  try {
    return lookUp();
  } catch (error) {
    if (!(error instanceof EbpfMapError)) throw error;
    warn(`Note: ${error.message}`);
    return otherwise;
  }
}

function show(map: MapSource, context: MapContext, session: Session, json: JsonWriter): void {
  const { info, fdinfo } = map;
  const listed: BpftoolMap = {
    info,
    fdinfo,
    interfaceName: info.ifindex === 0 ? undefined : interfaceName(info),
    pins: context.pins && (context.pins.get(info.id) ?? []),
    holders: context.holders.get(info.id) ?? [],
  };
  if (session.style === "plain") listPlain(listed, session.dialect, session.out);
  else listJson(listed, session.dialect, json);
}
