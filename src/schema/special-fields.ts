import type { TypeSource } from "../btf/types.ts";
import type { Layout } from "./layout.ts";

/**
 * Structs by whose names the kernel finds the fields it manages itself (`btf_get_field_type()` in kernel/bpf/btf.c).
 */
const SPECIAL_STRUCTS: ReadonlySet<string> = new Set([
  "bpf_spin_lock",
  "bpf_res_spin_lock",
  "bpf_timer",
  "bpf_wq",
  "bpf_task_work",
  "bpf_list_head",
  "bpf_list_node",
  "bpf_rb_root",
  "bpf_rb_node",
  "bpf_refcount",
]);

/**
 * Type tags that turn a pointer into one that the kernel manages. Linux 6.0 to 6.3 wrote `kptr_ref` for today's `kptr`.
 */
const KPTR_TAGS: ReadonlySet<string> = new Set(["kptr", "kptr_ref", "kptr_untrusted", "percpu_kptr", "uptr"]);

/** Tests whether the kernel manages a pointer to this type: the tag stands directly in front of the type. */
export function isKptrTarget(source: TypeSource, pointeeId: number): boolean {
  const pointee = source.type(pointeeId);
  return pointee.kind === "type_tag" && KPTR_TAGS.has(pointee.name);
}

/**
 * Tests whether a field belongs to the kernel: a lock, timer, list, tree, reference count or kptr. A read shows zeros
 * or kernel pointers that are different each time, so nothing can be concluded from a change.
 */
export function isSpecialField(layout: Layout): boolean {
  switch (layout.kind) {
    case "struct":
      return SPECIAL_STRUCTS.has(structName(layout.typeName));
    case "pointer":
      return layout.isKptr === true;
    case "array":
      return isSpecialField(layout.element);
    default:
      return false;
  }
}

const known = new WeakMap<Layout, boolean>();

/** Tests whether a type is or contains a special field. Members of unions are plain bytes to the kernel. */
export function hasSpecialFields(layout: Layout): boolean {
  const before = known.get(layout);
  if (before !== undefined) return before;
  const has = isSpecialField(layout) || membersOf(layout).some(hasSpecialFields);
  known.set(layout, has);
  return has;
}

function membersOf(layout: Layout): readonly Layout[] {
  switch (layout.kind) {
    case "array":
      return [layout.element];
    case "struct":
      return layout.fields.map((field) => field.layout);
    case "section":
      return layout.vars.map((variable) => variable.layout);
    default:
      return [];
  }
}

/** `bpf_timer` of `struct bpf_timer` or `volatile struct bpf_timer`; "" where no struct is named. */
function structName(typeName: string): string {
  return /(?:^|\s)struct (\S+)$/.exec(typeName)?.[1] ?? "";
}
