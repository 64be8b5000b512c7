import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Go } from "./use-route.ts";

interface FilterBoxProps {
  readonly where: string;
  /** The mistake in the condition; "" where there is none. */
  readonly mistake: string;
  readonly go: Go;
}

/** A condition in CEL, as `--where` takes it. It counts when it is entered. */
export function FilterBox({ where, mistake, go }: FilterBoxProps): JSX.Element {
  const [text, setText] = useState(where);
  useEffect(() => setText(where), [where]);
  const enter = (event: Event): void => {
    event.preventDefault();
    go({ where: text.trim() });
  };
  return (
    <form class="field filter" onSubmit={enter}>
      <label for="where">Filter</label>
      <input
        id="where"
        type="text"
        class="mono"
        value={text}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        placeholder="value.bytes > 1000u && key.proto == 6u"
        aria-invalid={mistake !== ""}
        aria-describedby={mistake === "" ? undefined : "mistake"}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      {mistake === "" ? null : (
        <pre id="mistake" class="mistake" role="alert">
          {mistake}
        </pre>
      )}
    </form>
  );
}
