import { type MessageRow, row } from "./row.ts";

/** Accesses to packets, map values, memory regions, the stack and the context. */
export const MEMORY_MESSAGES: readonly MessageRow[] = [
  row(
    "invalid access to packet, off={off:n} size={size:n}, {reg}(id={id:n},off={fixed:n},r={range:n})",
    "packet-bounds",
    "{bytes} of the packet can't be accessed here, where {range} bytes are proven to be there",
  ),
  row(
    "{reg} offset is outside of the packet",
    "packet-bounds",
    "{reg} points behind what is proven of the packet",
    undefined,
    0,
  ),
  row(
    "invalid access to map value, value_size={vs:n} off={off:n} size={size:n}",
    "map-value-bounds",
    "this can access {bytes}, and the value has {vs} bytes",
  ),
  row(
    "invalid access to map value pointer, value_size={vs:n} off={off:n}",
    "map-value-bounds",
    "offset {off} lies outside of the map's value of {vs} bytes",
  ),
  row(
    "invalid access to map key, key_size={ks:n} off={off:n} size={size:n}",
    "map-value-bounds",
    "this can access {bytes}, and the key has {ks} bytes",
  ),
  row(
    "invalid access to memory, mem_size={ms:n} off={off:n} size={size:n}",
    "memory-bounds",
    "this can access {bytes}, and the memory has {ms} bytes",
  ),
  row(
    "invalid access to context, ctx_size={ms:n} off={off:n} size={size:n}",
    "ctx-access",
    "this can access {bytes}, and the context has {ms} bytes",
  ),
  row(
    "{reg} min value is outside of the allowed memory range",
    "memory-bounds",
    "the smallest offset that {reg} can have lies outside",
    undefined,
    0,
  ),
  row(
    "{reg} max value is outside of the allowed memory range",
    "memory-bounds",
    "the largest offset that {reg} can have lies outside",
    undefined,
    0,
  ),
  row(
    "{reg} min value is negative, either use unsigned index or do a if (index >=0) check.",
    "map-value-bounds",
    "the offset in {reg} can be negative",
    "make the index unsigned, or check that it isn't negative",
  ),
  row(
    "{reg} unbounded memory access, make sure to bounds check any such access",
    "map-value-bounds",
    "the offset in {reg} has no upper bound",
  ),
  row(
    "{reg} unbounded memory access, use 'var &= const' or 'if (var < const)'",
    "size-argument",
    "the length in {reg} has no upper bound",
  ),
  row(
    "{reg} unbounded size, use 'var &= const' or 'if (var < const)'",
    "size-argument",
    "the length in {reg} has no upper bound",
  ),
  row(
    "{reg} min value is negative, either use unsigned or 'var &= const'",
    "size-argument",
    "the length in {reg} can be negative",
  ),
  row(
    "{reg} invalid zero-sized read: u64=[{min:n},{max:n}]",
    "size-argument",
    "the length in {reg} can be zero, and this function takes no empty buffer",
  ),
  row("invalid zero-sized read", "size-argument", "a length of zero, which this function doesn't take"),
  row(
    "{reg} invalid zero-sized read",
    "size-argument",
    "the length in {reg} can be zero, and this function takes no empty buffer",
  ),
  row("{reg} memory size {n} is too large", "size-argument", "the length in {reg} is larger than any memory region"),
  row(
    "{reg} {reg2:reg} memory, len pair leads to invalid memory access",
    "size-argument",
    "the pointer in {reg} and the length behind it don't fit together",
    undefined,
    0,
  ),
  row(
    "{reg} and {reg2:reg} memory, len pair leads to invalid memory access",
    "size-argument",
    "the pointer in {reg} and the length in {reg2} don't fit together",
    undefined,
    0,
  ),
  row(
    "{reg} memory, len pair leads to invalid memory access",
    "size-argument",
    "the pointer and the length in {reg} don't fit together",
    undefined,
    0,
  ),
  row(
    "invalid access to flow keys off={off:n} size={size:n}",
    "memory-bounds",
    "struct bpf_flow_keys has no {size} bytes at offset {off}",
  ),
  row(
    "{reg} invalid variable offset to flow keys: off={n}, var_off={pair}",
    "memory-bounds",
    "flow keys are accessed at constant offsets only",
  ),
  row(
    "{reg} invalid {name} buffer access: off={off:n}, size={size:n}",
    "memory-bounds",
    "the buffer has no {size} bytes at offset {off}",
  ),
  row(
    "{reg} invalid variable buffer offset: off={n}, var_off={pair}",
    "memory-bounds",
    "this buffer is accessed at constant offsets only",
  ),
  row(
    "{reg} invalid negative {name} buffer offset: off={n}, var_off={n2:n}",
    "memory-bounds",
    "the offset lies before the buffer",
  ),
  row(
    "{reg} invalid tracepoint buffer access: off={off:n}, size={size:n}",
    "memory-bounds",
    "the tracepoint's buffer has no {size} bytes at offset {off}",
  ),
  row(
    "Invalid read of {n} bytes from insn_array",
    "map-type",
    "an instruction array is read in whole entries of 8 bytes",
  ),
  row(
    "read from map forbidden, value_size={vs:n} off={off:n} size={size:n}",
    "read-only-write",
    "the map has BPF_F_WRONLY_PROG: programs can't read it",
    "read from another map, or make this one without BPF_F_WRONLY_PROG",
  ),
  row(
    "write into map forbidden, value_size={vs:n} off={off:n} size={size:n}",
    "read-only-write",
    "the memory is read-only for programs: const data (.rodata), a frozen map, or one with BPF_F_RDONLY_PROG",
    "write into a global without const, or a map without BPF_F_RDONLY_PROG",
  ),
  row(
    "read into map forbidden",
    "read-only-write",
    "the map has BPF_F_WRONLY_PROG: programs can't read it",
    "read from another map, or make this one without BPF_F_WRONLY_PROG",
  ),
  row(
    "read from map forbidden",
    "read-only-write",
    "the map has BPF_F_WRONLY_PROG: programs can't read it",
    "read from another map, or make this one without BPF_F_WRONLY_PROG",
  ),
  row(
    "write into map forbidden",
    "read-only-write",
    "the map has BPF_F_RDONLY_PROG or is frozen: programs can't change it",
    "use a map without BPF_F_RDONLY_PROG",
  ),
  row(
    "cannot write into packet",
    "read-only-write",
    "this program type may read packets, not write them",
    "use bpf_skb_store_bytes() where there is one, or a program type that may write",
  ),
  row(
    "the prog does not allow writes to packet data",
    "read-only-write",
    "this program type may read packets, not write them",
    "drop the writable access, or use a program type that may write",
  ),
  row(
    "{reg} cannot write into {type:name}",
    "read-only-write",
    "{reg} points to {type}, which is read-only",
    "copy what is to change to the stack or a map first",
  ),
  row(
    "write to change key {reg} not allowed",
    "read-only-write",
    "the key that a map's callback gets can't be changed",
    "copy the key first",
  ),
  row(
    "{reg} invalid mem access '{type:name}'",
    "scalar-dereference",
    "{reg} is not a pointer that may be followed: it is {type}",
  ),
  row("{reg} invalid mem access 'fp'", "stack-bounds", "{reg} is a stack pointer that can't be followed here"),
  row(
    "invalid bpf_context access off={off:n} size={size:n}",
    "ctx-access",
    "offset {off} with {size} bytes is no member of this program type's context that may be accessed so",
  ),
  row(
    "invalid bpf_context access off={off:n}. Reference may already be released",
    "use-after-release",
    "the argument was given back, so it can't be read from the context again",
  ),
  row(
    "dereference of modified {name} ptr {reg} off={off:n} disallowed",
    "ctx-pointer",
    "{reg} points {off} bytes into the context, and accesses must start from the context itself",
  ),
  row("negative offset {name} ptr {reg} off={off:n} disallowed", "ctx-pointer", "{reg} points before the object"),
  row(
    "variable {name} access var_off={pair} disallowed",
    "ctx-pointer",
    "the offset into the context is not a constant",
  ),
  row(
    "{reg} invalid {type:name} access off={off:n} size={size:n}",
    "sock-access",
    "{type} has no member of {size} bytes at offset {off} that may be accessed",
  ),
  row(
    "misaligned «{what:word} »access off {pair}«+{n}»«+{n2:n}» size {size:n}",
    "alignment",
    "the offset is not a multiple of {size}, the size of the access",
  ),
  row(
    "misaligned packet access off {n0:n}+{pair}+{n}«+{n2:n}» size {size:n}",
    "alignment",
    "the offset in the packet is not a multiple of {size}, the size of the access",
  ),
  row(
    "{reg} pointer offset {n} is not allowed",
    "pointer-arithmetic",
    "the offset of {reg} is beyond what a pointer may have",
  ),
];

/** The stack. */
export const STACK_MESSAGES: readonly MessageRow[] = [
  row(
    "invalid«{how:name}» stack {reg} off={off:n} size={size:n}",
    "stack-bounds",
    "{size} bytes at offset {off} from the top of the stack are not inside the frame's 512 bytes",
  ),
  row(
    "invalid variable-offset«{how:name}» stack {reg} var_off={pair} «off={off:n} »size={size:n}",
    "stack-bounds",
    "for some value of the index the access of {size} bytes leaves the stack or the variable",
  ),
  row(
    "invalid unbounded variable-offset«{how:name}» stack {reg}",
    "stack-bounds",
    "the index into the stack has no bound",
  ),
  row(
    "invalid «indirect »read from stack {reg} off {off:n}+{at:n} size {size:n}",
    "stack-uninit",
    "byte {at} of the {size} that are read at {off} was never written",
  ),
  row(
    "invalid read from stack off {off:n}+{at:n} size {size:n}",
    "stack-uninit",
    "byte {at} of the stack slot at {off} was never written",
  ),
  row(
    "invalid read from stack {reg} off {off:n}+{at:n} size {size:n}, slot poisoned by dead code elimination",
    "stack-uninit",
    "the stack slot at {off} was never written on this path",
    undefined,
  ),
  row(
    "invalid «indirect »read from stack {reg} var_off {pair}+{at:n} size {size:n}",
    "stack-uninit",
    "some of the {size} bytes that may be read were never written",
  ),
  row(
    "reading from stack «{reg} »off {off:n}+{at:n} size {size:n}, slot poisoned by dead code elimination",
    "stack-uninit",
    "the stack slot at {off} holds nothing that this path may read",
  ),
  row(
    "{reg} variable stack access prohibited for !root, var_off={pair} off={n}",
    "privilege",
    "without privilege the stack is accessed at constant offsets only",
  ),
  row(
    "{reg}«{how:name}» variable offset stack access prohibited for !root, var_off={pair}",
    "privilege",
    "without privilege the stack is accessed at constant offsets only",
  ),
  row(
    "uninit stack in range of var-offset write prohibited for !root; insn {n}, off: {off:n}",
    "privilege",
    "without privilege a variable write may touch only stack that was written before",
  ),
  row(
    "spilled ptr in range of var-offset stack write; insn {n}, ptr off: {off:n}",
    "stack-bounds",
    "the variable write could overwrite a pointer that is saved at {off}",
    "bound the index so that it stays inside of its array",
  ),
  row(
    "variable offset stack pointer cannot be passed into helper function; var_off={pair} off={off:n} size={size:n}",
    "stack-bounds",
    "the address on the stack is not constant, which this kernel wants of what a helper gets",
  ),
  row(
    "attempt to corrupt spilled pointer on stack",
    "stack-bounds",
    "part of a pointer that is saved on the stack would be overwritten",
    "don't mix a pointer and numbers in one union or slot",
  ),
  row(
    "leaking pointer from stack off {off:n}",
    "pointer-leak",
    "the stack at {off} holds a pointer, which would be copied out",
  ),
  row(
    "cannot spill pointers to stack into stack frame of the caller",
    "pointer-leak",
    "a pointer may not be stored into the caller's variables",
    "return it, or let the caller look it up",
  ),
  row("invalid size of register spill", "instruction", "a pointer is saved to the stack whole, in 8 bytes"),
  row("invalid size of register fill", "instruction", "a pointer is read back from the stack whole, in 8 bytes"),
  row("corrupted spill memory", "stack-bounds", "part of a pointer that is saved on the stack was overwritten"),
  row(
    "combined stack size of {count:n} calls is {size:n}. Too large",
    "stack-limit",
    "{count} functions that are active together use {size} bytes of stack; 512 are allowed",
    undefined,
    2,
  ),
  row(
    "stack size of subprog {n} is {size:n}. Too large",
    "stack-limit",
    "function {n} uses {size} bytes of stack alone; 512 are allowed",
  ),
  row(
    "stack size {n}(extra {n2:n}) is too large",
    "stack-limit",
    "bpf_loop() needs {n2} bytes of stack more than the {n} in use",
  ),
  row(
    "tail_calls are not allowed when call stack of previous frames is {size:n} bytes. Too large",
    "stack-limit",
    "the callers of the function with the tail call use {size} bytes of stack; 256 are allowed there",
  ),
  row("stack depth {n} exceeds interpreter stack depth limit", "stack-limit", "the interpreter has 512 bytes of stack"),
  row(
    "cannot return stack pointer to the caller",
    "pointer-leak",
    "the variable that the pointer is of ends with its function",
    "let the caller pass the memory in, or return the value itself",
  ),
  row(
    "same insn cannot be used with different pointers",
    "pointer-arithmetic",
    "one load is reached with pointers of different kinds, and needs different code for each",
    'make two accesses out of one: keep the branches apart, e.g. with an empty asm volatile("")',
  ),
  row(
    "stack arg write offset {n} exceeds max {n2:n} stack args",
    "control-flow",
    "more arguments on the stack than a function may have",
  ),
  row("callee expects {n} args, stack arg{n2:n} is not initialized", "uninit-register", "argument {n2} was not passed"),
  row(
    "invalid read from stack arg off {n} depth {n2:n}",
    "uninit-register",
    "an argument on the stack that was not passed",
  ),
  row(
    "r11 load must be before any r11 store or call insn",
    "instruction",
    "arguments on the stack are read at the start of the function",
  ),
  row(
    "func#{n} writes {n2:n} stack arg slots, but calls only require {n3:n}",
    "control-flow",
    "more arguments are passed on the stack than any call takes",
  ),
];
