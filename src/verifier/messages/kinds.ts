/** A kind of refusal: what the verifier wants, how a program usually gets there, where the kernel documents it. */
export interface Kind {
  /** A heading of a few words. */
  readonly title: string;
  /** The reason why the kernel insists, in a sentence or two. */
  readonly why: string;
  /** The change to make, where nothing more exact can be said. */
  readonly cure: string;
  readonly link: string;
}

const KERNEL = "https://docs.kernel.org/bpf";
const VERIFIER = `${KERNEL}/verifier.html`;

/** The names of the kinds, as JSON and tests know them. They are stable. */
export type KindName =
  | "packet-bounds"
  | "packet-pointer-stale"
  | "unbounded-offset"
  | "null-check"
  | "map-value-bounds"
  | "memory-bounds"
  | "stack-bounds"
  | "stack-uninit"
  | "stack-limit"
  | "uninit-register"
  | "scalar-dereference"
  | "use-after-release"
  | "pointer-arithmetic"
  | "pointer-compare"
  | "pointer-leak"
  | "read-only-write"
  | "frame-pointer"
  | "ctx-access"
  | "ctx-pointer"
  | "sock-access"
  | "argument-type"
  | "constant-argument"
  | "size-argument"
  | "format-string"
  | "map-type"
  | "map-mismatch"
  | "helper-not-allowed"
  | "helper-unknown"
  | "license"
  | "sleepable-context"
  | "infinite-loop"
  | "too-complex"
  | "unreachable-code"
  | "falls-through"
  | "control-flow"
  | "call-depth"
  | "reference-leak"
  | "reference-unowned"
  | "release-offset"
  | "lock-held"
  | "lock-usage"
  | "special-field"
  | "return-value"
  | "btf-access"
  | "core-relocation"
  | "kfunc-missing"
  | "kfunc-not-allowed"
  | "iterator"
  | "dynptr"
  | "callback"
  | "tail-call"
  | "global-function"
  | "atomic"
  | "alignment"
  | "instruction"
  | "attach-target"
  | "kptr"
  | "graph"
  | "arena"
  | "exception"
  | "irq-flags"
  | "privilege"
  | "speculation"
  | "jit"
  | "limit"
  | "kernel-feature"
  | "malformed-object"
  | "offload"
  | "signature"
  | "struct-ops"
  | "kernel-bug";

/** All kinds. */
export const KINDS: Readonly<Record<KindName, Kind>> = {
  "packet-bounds": {
    title: "packet read or written without a bounds check",
    why: "A packet may end anywhere. On each path an access needs a comparison with data_end before it that covers its last byte.",
    cure: "Compare the end of what is accessed with data_end and leave where it lies behind, directly before the access.",
    link: `${VERIFIER}#direct-packet-access`,
  },
  "packet-pointer-stale": {
    title: "packet pointer used after a call that may move the packet",
    why: "Helpers that change a packet may move its bytes, so every packet pointer from before the call is void.",
    cure: "Read data and data_end from the context again after the call, and check the bounds again.",
    link: `${VERIFIER}#direct-packet-access`,
  },
  "unbounded-offset": {
    title: "offset without a bound added to a pointer",
    why: "A pointer plus a number of any size can point anywhere, and a later comparison can't prove otherwise.",
    cure: "Bound the number before it is added: compare it with a constant, or mask it.",
    link: `${VERIFIER}#register-value-tracking`,
  },
  "null-check": {
    title: "pointer that may be NULL used without a check",
    why: "What returned the pointer may return NULL, and the verifier follows that path too.",
    cure: "Compare the pointer with NULL before it is used, on each path.",
    link: `${VERIFIER}#understanding-ebpf-verifier-messages`,
  },
  "map-value-bounds": {
    title: "access outside of a map's value",
    why: "The offset must be proven to lie inside the value on every path, with the size of the access added.",
    cure: "Compare the index with the number of elements, or mask it, before it is used. Use an unsigned type for it.",
    link: `${VERIFIER}#register-value-tracking`,
  },
  "memory-bounds": {
    title: "access outside of a memory region",
    why: "The region has the size that it was made with; the access must be proven to lie inside.",
    cure: "Make the region larger, or keep the access inside.",
    link: `${VERIFIER}#register-value-tracking`,
  },
  "stack-bounds": {
    title: "access outside of the stack or of a variable on it",
    why: "The stack has 512 bytes, and an access through a variable offset must lie inside for every value of the offset.",
    cure: "Bound the index by the size of the array, or give the helper the size that the variable has.",
    link: `${VERIFIER}#register-value-tracking`,
  },
  "stack-uninit": {
    title: "stack memory read before it was written",
    why: "Padding and members that nothing was assigned to would hand old stack contents on.",
    cure: "Initialise the whole variable: `= {}` does not have to clear padding, `__builtin_memset(&v, 0, sizeof(v))` does.",
    link: `${VERIFIER}#understanding-ebpf-verifier-messages`,
  },
  "stack-limit": {
    title: "too much stack",
    why: "A function and all that it calls have 512 bytes of stack together (256 a frame where tail calls are used).",
    cure: "Move large variables into a per-CPU array map, or make them smaller.",
    link: `${KERNEL}/bpf_design_QA.html`,
  },
  "uninit-register": {
    title: "register without a value",
    why: "Nothing on this path gave the register a value; a call takes R1 to R5 away.",
    cure: "Give the variable a value on each path, and each function a return value.",
    link: `${VERIFIER}#understanding-ebpf-verifier-messages`,
  },
  "scalar-dereference": {
    title: "a number used as a pointer",
    why: "The verifier lost, or never had, the proof that this is a pointer: kernel and user addresses that are read from memory are numbers to it.",
    cure: "Read through bpf_probe_read_kernel() or BPF_CORE_READ() for kernel memory, bpf_probe_read_user() for user memory.",
    link: `${VERIFIER}#register-value-tracking`,
  },
  "use-after-release": {
    title: "used after it was released",
    why: "The call that released it made every copy of the pointer void.",
    cure: "Do what needs it before it is released, or copy what is needed.",
    link: `${VERIFIER}#understanding-ebpf-verifier-messages`,
  },
  "pointer-arithmetic": {
    title: "arithmetic that a pointer doesn't allow",
    why: "Only adding or subtracting numbers keeps a pointer a pointer; some kinds allow no arithmetic at all.",
    cure: "Keep the pointer as it is and compute with an index.",
    link: `${VERIFIER}#register-value-tracking`,
  },
  "pointer-compare": {
    title: "comparison that a pointer doesn't allow",
    why: "Pointers may be compared with NULL and packet pointers with data_end; other comparisons would tell addresses.",
    cure: "Compare indices or lengths instead of the pointers.",
    link: `${VERIFIER}#register-value-tracking`,
  },
  "pointer-leak": {
    title: "a kernel address would get out",
    why: "A pointer that is returned, or stored where others can read it, tells where things lie in the kernel.",
    cure: "Return or store a number. Where a call or an assembler statement leaves a pointer in R0, set R0.",
    link: `${VERIFIER}#understanding-ebpf-verifier-messages`,
  },
  "read-only-write": {
    title: "memory that may not be written (or read) here",
    why: "const data, frozen maps and maps with BPF_F_RDONLY_PROG or BPF_F_WRONLY_PROG allow one direction only.",
    cure: "Keep what changes in another map, or drop const or the flag.",
    link: `${KERNEL}/maps.html`,
  },
  "frame-pointer": {
    title: "R10 is read only",
    why: "The frame pointer belongs to the kernel.",
    cure: "Copy R10 to another register and change that.",
    link: `${KERNEL}/standardization/instruction-set.html`,
  },
  "ctx-access": {
    title: "member of the context that is not there for this program",
    why: "Each program type may read some members of its context, write fewer, each in the sizes it is declared with.",
    cure: "Use another member or helper, or the program type that has this one; read members whole.",
    link: `${KERNEL}/libbpf/program_types.html`,
  },
  "ctx-pointer": {
    title: "context accessed through a changed pointer",
    why: "The kernel rewrites accesses to the context, which needs a constant offset in the instruction itself.",
    cure: "Access the members through the context pointer itself, each by name; choose between values, not addresses.",
    link: `${VERIFIER}#register-value-tracking`,
  },
  "sock-access": {
    title: "member of a socket that may not be accessed",
    why: "Only the documented members of the socket types can be read, in their sizes; sock_common has fewer than a full socket.",
    cure: "Read a documented member, after bpf_sk_fullsock() where it needs a full socket.",
    link: `${KERNEL}/helpers.html`,
  },
  "argument-type": {
    title: "argument of another type than the function takes",
    why: "Each argument of a helper or kfunc has a type, and the verifier must know that the value is of it.",
    cure: "Pass what the function's documentation names.",
    link: `${KERNEL}/helpers.html`,
  },
  "constant-argument": {
    title: "argument that must be a constant",
    why: "The verifier must know the value when the program is loaded.",
    cure: "Pass a literal, sizeof, or a static const string.",
    link: `${KERNEL}/helpers.html`,
  },
  "size-argument": {
    title: "length argument without usable bounds",
    why: "A length must be proven to be neither negative nor larger than the memory it belongs to, and often not zero.",
    cure: "Bound the length from both sides before the call, in the same variable that is passed.",
    link: `${VERIFIER}#register-value-tracking`,
  },
  "format-string": {
    title: "format string that can't be used",
    why: "The kernel checks formats when it loads the program and knows fewer conversions than printf.",
    cure: "Use %d %u %x %ld %lld %llx %p %s and the kernel's %pX forms, one argument each.",
    link: `${KERNEL}/helpers.html`,
  },
  "map-type": {
    title: "map of a type that this use doesn't take",
    why: "Each helper works with some map types only, and some maps with some program types only.",
    cure: "Use the helper that is made for the map, or a map of the type that the helper takes.",
    link: `${KERNEL}/maps.html`,
  },
  "map-mismatch": {
    title: "value and map don't belong together",
    why: "The value must come from the very map that is passed with it.",
    cure: "Pass the map that the value was looked up in.",
    link: `${KERNEL}/maps.html`,
  },
  "helper-not-allowed": {
    title: "helper that this program type may not call",
    why: "Each program type has its own list of helpers, since they need what only some contexts have.",
    cure: "Use a helper of this program type, or a program of a type that has it.",
    link: `${KERNEL}/libbpf/program_types.html`,
  },
  "helper-unknown": {
    title: "helper that this kernel doesn't have",
    why: "The number is that of a helper of a later kernel, or of none.",
    cure: "Load on a newer kernel, or ask before with bpf_core_enum_value_exists(enum bpf_func_id, …).",
    link: `${KERNEL}/helpers.html`,
  },
  license: {
    title: "licence that is not compatible with the GPL",
    why: "Some helpers and program types are for GPL-compatible programs only.",
    cure: 'Declare `char LICENSE[] SEC("license") = "GPL";` (or "Dual BSD/GPL", …), or do without the helper.',
    link: `${KERNEL}/bpf_licensing.html`,
  },
  "sleepable-context": {
    title: "something that may sleep where nothing may",
    why: "Such a call may wait, which only sleepable programs may do, outside of locks, RCU sections and callbacks.",
    cure: 'Make the program sleepable (SEC("fentry.s/…"), "lsm.s/…", "uprobe.s/…"), or use the variant that does not sleep.',
    link: `${KERNEL}/libbpf/program_types.html`,
  },
  "infinite-loop": {
    title: "loop that never ends",
    why: "A state came back that was seen before in the same loop: nothing that the loop depends on changes.",
    cure: "Make the loop count towards a constant bound, or use bpf_loop() or bpf_for().",
    link: `${KERNEL}/bpf_design_QA.html`,
  },
  "too-complex": {
    title: "program too large or too complex to check",
    why: "The verifier walks each path instruction by instruction, at most a million of them.",
    cure: "Bound loops by constants, use bpf_loop() or bpf_for(), and put repeated code into global functions.",
    link: `${KERNEL}/bpf_design_QA.html`,
  },
  "unreachable-code": {
    title: "code that nothing reaches",
    why: "Every instruction must be reachable.",
    cure: "Remove the code, or the jump or endless loop before it.",
    link: `${VERIFIER}`,
  },
  "falls-through": {
    title: "the end of the program is not an exit",
    why: "The last instruction of each function must be an exit or a jump.",
    cure: "Return a value at the end of the function.",
    link: `${VERIFIER}`,
  },
  "control-flow": {
    title: "jump or call that leads nowhere",
    why: "Jumps stay inside of their function and calls go to the start of one.",
    cure: "Compile again with a current compiler; check hand-written assembler.",
    link: `${VERIFIER}`,
  },
  "call-depth": {
    title: "calls nested too deep",
    why: "At most 8 functions may be active at a time; recursion is not allowed.",
    cure: "Mark small functions __always_inline, turn recursion into a loop, or continue in another program by a tail call.",
    link: `${KERNEL}/bpf_design_QA.html`,
  },
  "reference-leak": {
    title: "acquired but not released",
    why: "What was acquired must be released, or handed on, on every path to the end of the program.",
    cure: "Release it before each return that follows, also those of errors.",
    link: `${VERIFIER}#understanding-ebpf-verifier-messages`,
  },
  "reference-unowned": {
    title: "released or given away without being owned",
    why: "Only what an acquiring function returned, and what was not released yet, can be released.",
    cure: "Release only what was acquired. What was borrowed needs an acquire first.",
    link: `${KERNEL}/kfuncs.html`,
  },
  "release-offset": {
    title: "pointer into the middle of an object",
    why: "The object is known by its first byte.",
    cure: "Pass the pointer as it was returned.",
    link: `${KERNEL}/kfuncs.html`,
  },
  "lock-held": {
    title: "not allowed inside a locked section",
    why: "Between lock and unlock there may be few calls, no sleeping, and no end of the program.",
    cure: "Do it before the lock or after the unlock, and unlock on every path.",
    link: `${KERNEL}/helpers.html`,
  },
  "lock-usage": {
    title: "lock used in a way it can't be",
    why: "A lock is a member of a map's value (or allocated object), taken and given back in pairs, in program types that may.",
    cure: "Put `struct bpf_spin_lock` into the map's value, declare the value with __type, and lock through that member.",
    link: `${KERNEL}/helpers.html`,
  },
  "special-field": {
    title: "member that only helpers may touch",
    why: "Locks, timers, lists, trees and kernel pointers in a map's value belong to the kernel.",
    cure: "Use the helper or kfunc for it; copy the other members one by one.",
    link: `${KERNEL}/graph_ds_impl.html`,
  },
  "return-value": {
    title: "return value outside of what is allowed",
    why: "What a program or callback of this type returns has a meaning, so only those values are allowed.",
    cure: "Return one of the allowed values on every path.",
    link: `${KERNEL}/libbpf/program_types.html`,
  },
  "btf-access": {
    title: "kernel object accessed where it may not be",
    why: "Through a typed kernel pointer, members that the kernel's BTF has can be read at constant offsets; writing needs permission.",
    cure: "Read members by name with CO-RE (preserve_access_index); write through a helper or kfunc.",
    link: `${KERNEL}/btf.html`,
  },
  "core-relocation": {
    title: "type or member that this kernel doesn't have",
    why: "The CO-RE relocation found nothing in the kernel's BTF, and the instruction was made unusable on purpose.",
    cure: "Guard the access with bpf_core_field_exists() or bpf_core_type_exists(), or use the name that this kernel has.",
    link: `${KERNEL}/llvm_reloc.html`,
  },
  "kfunc-missing": {
    title: "kernel function that this kernel doesn't have",
    why: "The function is not in the BTF of the kernel or its modules.",
    cure: "Declare it __weak and call it behind `if (bpf_ksym_exists(name))`, or load the module or a kernel that has it.",
    link: `${KERNEL}/kfuncs.html`,
  },
  "kfunc-not-allowed": {
    title: "kernel function that this program type may not call",
    why: "Kernel functions are registered for program types, some with further conditions.",
    cure: "Call it from a program of a type that it is registered for.",
    link: `${KERNEL}/kfuncs.html`,
  },
  iterator: {
    title: "iterator in the wrong state",
    why: "An iterator on the stack is made by …_new(), asked by …_next() until it gives NULL, ended by …_destroy().",
    cure: "Keep the order new, next, destroy, on each path.",
    link: `${KERNEL}/bpf_iterators.html`,
  },
  dynptr: {
    title: "dynptr in the wrong state",
    why: "A dynptr on the stack must be made before it is used, untouched meanwhile, and made only once.",
    cure: "Make it with a bpf_dynptr_from_…() or bpf_ringbuf_reserve_dynptr() first and don't write over it.",
    link: `${KERNEL}/kfuncs.html`,
  },
  callback: {
    title: "function that can't be the callback",
    why: "A callback is a static function of the program with the arguments that the helper gives.",
    cure: "Pass a static function of the right prototype.",
    link: `${KERNEL}/helpers.html`,
  },
  "tail-call": {
    title: "tail call where none may be",
    why: "A tail call leaves this program: nothing may be held, and the caller must be able to live without the return.",
    cure: "Release and unlock before it, and keep it in functions that return int.",
    link: `${KERNEL}/bpf_design_QA.html`,
  },
  "global-function": {
    title: "global function that can't be checked alone",
    why: "A function that isn't static is checked once, for any arguments that its prototype allows.",
    cure: "Make it static, or give it arguments the verifier knows (numbers, the context, pointers to types of known size, __arg_… tags).",
    link: `${KERNEL}/verifier.html`,
  },
  atomic: {
    title: "atomic operation where none may be",
    why: "Atomic operations work on map values, the stack and allocated memory, with 4 or 8 bytes.",
    cure: "Read, change and write the member plainly, or keep the counter in a map.",
    link: `${KERNEL}/standardization/instruction-set.html`,
  },
  alignment: {
    title: "misaligned access",
    why: "An access must be aligned to its size.",
    cure: "Access byte by byte, or move the member to an aligned offset; without __attribute__((packed)) the compiler does.",
    link: `${VERIFIER}#register-value-tracking`,
  },
  instruction: {
    title: "instruction that is not valid",
    why: "The instruction itself is malformed, or newer than this kernel.",
    cure: "Compile for an older instruction set (-mcpu=v2 or v3), or correct the assembler.",
    link: `${KERNEL}/standardization/instruction-set.html`,
  },
  "attach-target": {
    title: "target that this program can't be attached to",
    why: "The function, hook or program that is named can't be had, or not by this kind of program.",
    cure: "Choose a target that exists in this kernel and may be traced so.",
    link: `${KERNEL}/libbpf/program_types.html`,
  },
  kptr: {
    title: "kernel pointer in a map used in a way it can't be",
    why: "A __kptr member holds a typed pointer that only bpf_kptr_xchg() may change.",
    cure: "Use bpf_kptr_xchg(), at a constant offset, with an object of the member's type.",
    link: `${KERNEL}/kfuncs.html`,
  },
  graph: {
    title: "list or tree used in a way it can't be",
    why: "Nodes and heads of lists and trees belong together, and to the lock beside the head.",
    cure: "Hold the lock that stands beside the head, and pass nodes of the type that the head contains.",
    link: `${KERNEL}/graph_ds_impl.html`,
  },
  arena: {
    title: "arena used in a way it can't be",
    why: "A program has at most one arena, and needs rights and the JIT for it.",
    cure: "Use one arena map, through __arena pointers.",
    link: `${KERNEL}/maps.html`,
  },
  exception: {
    title: "exception that can't be thrown or caught here",
    why: "An exception leaves the program: nothing may be held, and its callback has a fixed form.",
    cure: "Release everything before bpf_throw(), and give the callback one integer argument.",
    link: `${KERNEL}/kfuncs.html`,
  },
  "irq-flags": {
    title: "interrupt flags saved or restored in the wrong order",
    why: "Flags that are saved on the stack must be restored once, in reverse order.",
    cure: "Pair bpf_local_irq_save() and bpf_local_irq_restore() like brackets.",
    link: `${KERNEL}/kfuncs.html`,
  },
  privilege: {
    title: "not allowed without more privilege",
    why: "The kernel allows it with capabilities only.",
    cure: "Load with CAP_BPF and CAP_PERFMON (CAP_NET_ADMIN for networking), or as root.",
    link: `${KERNEL}/bpf_design_QA.html`,
  },
  speculation: {
    title: "arithmetic that could be misused speculatively",
    why: "Without privilege each pointer addition must be provably the same for all paths, because of Spectre.",
    cure: "Load with CAP_PERFMON, or split the arithmetic so that each addition has one sign and one pointer.",
    link: `${VERIFIER}`,
  },
  jit: {
    title: "needs the JIT, or more than the JIT can do",
    why: "The interpreter or the JIT of this machine lacks what the program uses.",
    cure: "Turn the JIT on (sysctl net.core.bpf_jit_enable=1), or do without.",
    link: `${KERNEL}/bpf_design_QA.html`,
  },
  limit: {
    title: "more than the kernel counts to",
    why: "The kernel has a limit on the number of maps, functions or types of a program.",
    cure: "Split the program.",
    link: `${KERNEL}/bpf_design_QA.html`,
  },
  "kernel-feature": {
    title: "something that this kernel was built without",
    why: "The kernel's configuration lacks what the program needs.",
    cure: "Use a kernel with CONFIG_DEBUG_INFO_BTF=y and the options that the message names.",
    link: `${KERNEL}/btf.html`,
  },
  "malformed-object": {
    title: "the object's own description is not right",
    why: "BTF, function or line information doesn't fit the instructions.",
    cure: "Compile again with a current clang and -g, and load with a current libbpf.",
    link: `${KERNEL}/btf.html`,
  },
  offload: {
    title: "not possible with a device-bound program",
    why: "A program that is bound to a network device may use other things than one that is not.",
    cure: "Bind the program and its maps to the same device, or to none.",
    link: `${KERNEL}/libbpf/program_types.html`,
  },
  signature: {
    title: "signed program that doesn't fit its signature",
    why: "A signed program may use only what its signature covers.",
    cure: "Sign the program anew with all that it uses.",
    link: `${KERNEL}/signing.html`,
  },
  "struct-ops": {
    title: "struct_ops member that can't be implemented",
    why: "A struct_ops program implements one member of one kernel structure.",
    cure: "Attach to a member that the kernel lets programs implement.",
    link: `${KERNEL}/libbpf/program_types.html`,
  },
  "kernel-bug": {
    title: "a mistake inside the kernel",
    why: "The verifier came into a state that it holds to be impossible.",
    cure: "Report it to bpf@vger.kernel.org with the object file and the log; try another kernel meanwhile.",
    link: `${KERNEL}/bpf_devel_QA.html`,
  },
};
