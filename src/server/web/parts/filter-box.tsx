import type { JSX } from "preact";
import type { Go } from "../data/use-route.ts";
import { EnteredField } from "./entered-field.tsx";

interface FilterBoxProps {
  readonly where: string;
  /** The mistake in the condition; "" where there is none. */
  readonly mistake: string;
  readonly go: Go;
}

/** A condition in CEL, as `--where` takes it. It counts when it is entered. */
export function FilterBox({ where, mistake, go }: FilterBoxProps): JSX.Element {
  const placeholder = "value.bytes > 1000u && key.proto == 6u";
  const enter = (text: string): void => go({ where: text });
  return <EnteredField label="Filter" placeholder={placeholder} value={where} mistake={mistake} onEnter={enter} />;
}
