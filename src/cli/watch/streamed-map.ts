import type { MapSource, SnapshotMoment } from "../../reader/map-source.ts";
import { mapView } from "../../reader/views/map-view.ts";
import type { Stamp } from "../../sdk/watch/stamps.ts";
import type { WatchedMap } from "../../sdk/watch/watcher.ts";
import { type DecodedMap, newDecodedMap } from "../../snapshot/bpftool/decoded-shape.ts";
import type { FileMap } from "../../snapshot/read/file-map.ts";
import { mapsOf } from "../../snapshot/read/open-map-file.ts";
import type { SnapshotFile } from "../../snapshot/read/snapshot-file.ts";
import type { MapInfo } from "../../sys/info.ts";
import { isChosenMap } from "../maps/maps-of-file.ts";
import { type TypeSources, withTypeSources } from "../maps/type-sources.ts";
import { CommandError } from "../result/command-error.ts";

/** One state of a map that comes through a stream. */
interface State {
  readonly file: SnapshotFile;
  readonly map: MapSource;
  /** The text that is the same for all states that are decoded in the same way. */
  readonly signature: string;
  readonly stamp: Stamp;
}

/** A map whose states come through a stream. Rates are those of its own clock: the times at which it was read. */
export class StreamedMap implements WatchedMap, Disposable {
  readonly #path: string;
  readonly #chosen: string | undefined;
  readonly #types: TypeSources;
  readonly #seen: DecodedMap = newDecodedMap();
  readonly #told = new Set<string>();
  #state: State | undefined;
  #before: State | undefined;

  /** `path` is where they come from, for messages. */
  constructor(path: string, chosen: string | undefined, types: TypeSources) {
    this.#path = path;
    this.#chosen = chosen;
    const warn = (line: string): void => this.#warnOnce(line, types.warn);
    this.#types = { ...types, warn };
  }

  get label(): string {
    return this.#current.map.label;
  }

  get info(): MapInfo {
    return this.#current.map.info;
  }

  get origin(): SnapshotMoment | undefined {
    return this.#current.map.origin;
  }

  /** The moments of reads are those of the states. */
  next(): Stamp {
    return this.#current.stamp;
  }

  /** Tells whether the state before this one is decoded in another way. */
  get isDecodedAnew(): boolean {
    return this.#before !== undefined && this.#before.signature !== this.#current.signature;
  }

  async open(): Promise<MapSource> {
    return mapView(this.#current.map, {}, "borrowed");
  }

  /** Takes the next state, which it owns. Returns false for that of another map. Throws AMBIGUOUS_MAP. */
  async take(file: SnapshotFile): Promise<boolean> {
    const known = this.#state?.map.info.id;
    const state = await this.#read(file);
    if (state === undefined) return false;
    const { id } = state.map.info;
    if (known !== undefined && known !== id) {
      state.map[Symbol.dispose]();
      throw this.#severalMaps([known, id]);
    }
    release(this.#before);
    this.#before = this.#state;
    this.#state = state;
    return true;
  }

  /** Does something with the state before this one, decoded as this one is. */
  async withBefore(action: () => Promise<unknown>): Promise<void> {
    const [before, current] = [this.#before, this.#current];
    if (before === undefined) return;
    const again = await this.#read(before.file, before.stamp);
    if (again === undefined) return;
    before.map[Symbol.dispose]();
    this.#before = again;
    this.#state = again;
    await action();
    this.#state = current;
  }

  [Symbol.dispose](): void {
    release(this.#before);
    release(this.#state);
  }

  get #current(): State {
    if (this.#state !== undefined) return this.#state;
    throw new Error("no state has come");
  }

  async #read(file: SnapshotFile, stamp?: Stamp): Promise<State | undefined> {
    const map = await this.#mapIn(file);
    if (map === undefined) {
      file.release();
      return undefined;
    }
    const [typed = map] = await withTypeSources([map], this.#types);
    const decoded = typed.types().state === "none" ? await map.decoded?.(this.#seen) : undefined;
    if (decoded !== undefined)
      this.#types.warn(`Note: ${map.label} has no types: these are the values that were printed`);
    const { keySize, valueStride } = typed.shape;
    return {
      file,
      map: decoded === undefined ? typed : joined(decoded.map, typed),
      signature: decoded?.signature ?? `${keySize} ${valueStride}`,
      stamp: stamp ?? this.#stampOf(map),
    };
  }

  /** Each read has a moment of its own, and time doesn't run backwards. */
  #stampOf({ origin }: FileMap): Stamp {
    const at = Math.max(Date.parse(origin.time), (this.#state?.stamp.at ?? 0) + 1);
    return { at, time: new Date(at) };
  }

  async #mapIn(file: SnapshotFile): Promise<FileMap | undefined> {
    const { maps, notes } = await mapsOf(file);
    for (const note of notes) this.#types.warn(`Warning: ${note}`);
    const isChosen = this.#chosen === undefined ? () => true : isChosenMap(this.#chosen, maps);
    const [only, ...others] = maps.filter(isChosen);
    for (const map of maps) if (map !== only) map[Symbol.dispose]();
    if (others.length === 0) return only;
    only?.[Symbol.dispose]();
    throw this.#severalMaps([only, ...others].map((map) => map?.info.id ?? 0));
  }

  #severalMaps(ids: readonly number[]): CommandError {
    const from = this.#path === "-" ? "stdin" : this.#path;
    const message = `several maps come through ${from} (ids ${ids.join(", ")}): choose one by name or id (file ${this.#path}:NAME)`;
    return new CommandError(
      "AMBIGUOUS_MAP",
      message,
      { error: "several maps match this handle" },
      { details: { ids } },
    );
  }

  #warnOnce(line: string, warn: (line: string) => void): void {
    if (this.#told.has(line)) return;
    this.#told.add(line);
    warn(line);
  }
}

/** Joins a decoded map with the map that it was made from, which is disposed of with the result. */
function joined(decoded: MapSource, map: MapSource): MapSource {
  return {
    ...mapView(decoded, {}, "borrowed"),
    shape: decoded.shape,
    fdinfo: decoded.fdinfo,
    [Symbol.dispose]: () => map[Symbol.dispose](),
  };
}

function release(state: State | undefined): void {
  state?.map[Symbol.dispose]();
  state?.file.release();
}
