import type { BtfBuilder, MemberSpec } from "./btf-builder.ts";

/** A map's declaration in the section `.maps`, as clang writes it: numbers for `__uint`, ids of types for `__type`. */
export interface MapDeclaration {
  readonly name: string;
  readonly numbers?: Readonly<Record<string, number>>;
  readonly types?: Readonly<Record<string, number>>;
  /** The id of the struct that `__array(values, …)` names. */
  readonly values?: number;
}

/** Adds the definition struct of a map: each member is a pointer. Returns its id. */
export function addDefinition(btf: BtfBuilder, declaration: Omit<MapDeclaration, "name">, structName = ""): number {
  const { numbers = {}, types = {}, values } = declaration;
  const int = btf.signed("int", 4);
  const pointers = [
    ...Object.entries(numbers).map(([name, number]) => [name, btf.ptr(btf.array(int, number))] as const),
    ...Object.entries(types).map(([name, type]) => [name, btf.ptr(type)] as const),
  ];
  const members: MemberSpec[] = pointers.map(([name, type], i) => ({ name, type, bitOffset: i * 64 }));
  if (values !== undefined) {
    members.push({ name: "values", type: btf.array(btf.ptr(values), 0), bitOffset: members.length * 64 });
  }
  return btf.struct(structName, pointers.length * 8, members);
}

/** Wraps a definition as Rust does: `HashMap { __0: UnsafeCell { value: HashMapDef { … } } }`. */
export function addRustWrappers(btf: BtfBuilder, definition: number, size: number): number {
  const nothing = btf.struct("PhantomData<()>", 0, []);
  const cell = btf.struct("UnsafeCell<aya_ebpf::btf_maps::hash_map::HashMapDef<u32, u64, 16, 0>>", size, [
    { name: "value", type: definition, bitOffset: 0 },
  ]);
  return btf.struct("HashMap<u32, u64, 16, 0>", size, [
    { name: "__0", type: cell, bitOffset: 0 },
    { name: "_marker", type: nothing, bitOffset: size * 8 },
  ]);
}

/** Adds the section with the variables of these types. */
export function addMapSection(
  btf: BtfBuilder,
  variables: readonly { readonly name: string; readonly type: number }[],
  section = ".maps",
): void {
  const vars = variables.map(({ name, type }) => ({ type: btf.var(name, type), offset: 0, size: 32 }));
  btf.datasec(section, 0, vars);
}

/** The section `.maps` with these declarations. */
export function declareMaps(btf: BtfBuilder, declarations: readonly MapDeclaration[]): void {
  const types = declarations.map((declaration) => ({ name: declaration.name, type: addDefinition(btf, declaration) }));
  addMapSection(btf, types);
}
