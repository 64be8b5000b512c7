import type { FlagTable } from "../flag.ts";
import { choice } from "../values/choice.ts";
import { path, text } from "../values/text.ts";

const VIEWS = ["all", "register", "stats", "format"];

/** Flags of `verifier`. */
export const VERIFIER_FLAGS = {
  object: {
    name: "object",
    value: path(),
    topic: "Options",
    uses: ["verifier"],
    help: "the object file that was loaded; it has columns, full paths and CO-RE relocations",
    example: ["ebpf-map verifier load.log --object prog.bpf.o", "also for a log without source lines"],
  },
  all: {
    name: "all",
    topic: "Options",
    uses: ["verifier"],
    excludes: VIEWS.filter((name) => name !== "all"),
    help: "show the whole log as source lines with the states of their instructions folded",
  },
  register: {
    name: "register",
    value: text("NAME", "a register or stack slot such as R1 or fp-8"),
    topic: "Options",
    uses: ["verifier"],
    excludes: VIEWS.filter((name) => name !== "register"),
    help: "show the life of a register or stack slot on the path to the refusal",
    example: ["ebpf-map verifier load.log --register R1", "each line that gave R1 a value"],
  },
  stats: {
    name: "stats",
    topic: "Options",
    uses: ["verifier"],
    excludes: VIEWS.filter((name) => name !== "stats"),
    help: "show the verifier's figures and the lines of C that cost the most",
  },
  logFormat: {
    name: "format",
    value: choice("FORMAT", ["github"]),
    topic: "Options",
    uses: ["verifier"],
    excludes: VIEWS.filter((name) => name !== "format"),
    help: "print annotations of GitHub Actions",
    example: ["ebpf-map verifier load.log --format github", "an annotation for each refused program"],
  },
} as const satisfies FlagTable;
