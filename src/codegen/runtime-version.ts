/** The version of `ebpf-map/runtime` that generated files are made for. */
export const RUNTIME_VERSION = 3;
