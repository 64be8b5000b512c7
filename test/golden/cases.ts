import type { GoldenCase } from "./case.ts";
import { ARRAY_CASES } from "./cases/arrays.ts";
import { BIT_FIELD_CASES } from "./cases/bit-fields.ts";
import { COMMAND_CASES } from "./cases/commands.ts";
import { HEX_CASES } from "./cases/hex.ts";
import { KIND_CASES } from "./cases/kinds.ts";
import { MAP_TYPE_CASES } from "./cases/map-types.ts";
import { KEY_CASES, NAME_CASES } from "./cases/names.ts";
import { PER_CPU_CASES } from "./cases/per-cpu.ts";
import { SECTION_CASES } from "./cases/sections.ts";
import { UNPRINTABLE_CASES } from "./cases/unprintable.ts";

/** All that is recorded in golden/, a folder each. */
export const GOLDEN_CASES: readonly GoldenCase[] = [
  ...KIND_CASES,
  ...BIT_FIELD_CASES,
  ...ARRAY_CASES,
  ...UNPRINTABLE_CASES,
  ...SECTION_CASES,
  ...PER_CPU_CASES,
  ...KEY_CASES,
  ...HEX_CASES,
  ...MAP_TYPE_CASES,
  ...NAME_CASES,
  ...COMMAND_CASES,
];
