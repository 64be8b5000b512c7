/** Events that are not as long as their type, and what they are; strings of `bytes` are hexadecimal. */
export interface CutEvent {
  readonly type: string;
  readonly bytes: string;
  /** As JSON, and as a JavaScript value where that isn't what JSON.parse gives. */
  readonly json: string;
  readonly value?: unknown;
}

const OPEN = "struct { u32 kind, len; char data[]; }";
const ARGS = "struct { u32 pid; char comm[4]; char args[7680]; }";
const PADDED = "struct { u64 time; u32 pid; char name[3]; }";
const ITEMS = "struct { u16 count; struct { u16 a : 4, b : 12; s8 c[2]; } items[]; }";
const LAST = "struct { u8 a; struct { u8 b; u16 c; u8 d[4]; } e; }";

export const CUT_EVENTS: readonly CutEvent[] = [
  { type: OPEN, bytes: "", json: '{"kind":null,"len":null,"data":null}' },
  { type: OPEN, bytes: "010000", json: '{"kind":null,"len":null,"data":null}' },
  { type: OPEN, bytes: "0100000002", json: '{"kind":1,"len":null,"data":null}' },
  { type: OPEN, bytes: "0100000002000000", json: '{"kind":1,"len":2,"data":""}' },
  { type: OPEN, bytes: "01000000020000006869", json: '{"kind":1,"len":2,"data":"hi"}' },
  { type: OPEN, bytes: "010000000200000068690069", json: '{"kind":1,"len":2,"data":"hi"}' },
  { type: ARGS, bytes: "07000000", json: '{"pid":7,"comm":null,"args":null}' },
  { type: ARGS, bytes: "070000006c7300", json: '{"pid":7,"comm":null,"args":null}' },
  { type: ARGS, bytes: "070000006c730000", json: '{"pid":7,"comm":"ls","args":""}' },
  { type: ARGS, bytes: "070000006c7300002d6c", json: '{"pid":7,"comm":"ls","args":"-l"}' },
  { type: PADDED, bytes: "0500000000000000030000006162", json: '{"time":5,"pid":3,"name":"ab"}', value: named("ab") },
  {
    type: PADDED,
    bytes: "050000000000000003000000616200",
    json: '{"time":5,"pid":3,"name":"ab"}',
    value: named("ab"),
  },
  { type: ITEMS, bytes: "0200", json: '{"count":2,"items":[]}' },
  { type: ITEMS, bytes: "020031ff01", json: '{"count":2,"items":[]}' },
  {
    type: ITEMS,
    bytes: "020031ff01ff4200feff99",
    json: '{"count":2,"items":[{"a":1,"b":4083,"c":[1,-1]},{"a":2,"b":4,"c":[-2,-1]}]}',
  },
  { type: LAST, bytes: "01", json: '{"a":1,"e":null}' },
  { type: LAST, bytes: "010002", json: '{"a":1,"e":{"b":2,"c":null,"d":null}}' },
  { type: LAST, bytes: "0100020003000405", json: '{"a":1,"e":{"b":2,"c":3,"d":[4,5]}}' },
  { type: "u32", bytes: "0102", json: "null" },
  { type: "struct { u32 a : 5, b : 11, c : 16; }", bytes: "ff", json: '{"a":31,"b":null,"c":null}' },
  { type: "struct { u8 a; u8 __proto__; u16 z; }", bytes: "0102", json: '{"a":1,"__proto__":2,"z":null}' },
];

function named(name: string): unknown {
  return { time: 5n, pid: 3, name };
}
