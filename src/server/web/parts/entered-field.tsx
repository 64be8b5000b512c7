import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

interface EnteredFieldProps {
  readonly label: string;
  readonly placeholder: string;
  /** The text that counts now. */
  readonly value: string;
  /** The mistake in it; "" where there is none. */
  readonly mistake: string;
  readonly onEnter: (text: string) => void;
}

/** A field whose text counts when it is entered, with the mistake in it below. */
export function EnteredField({ label, placeholder, value, mistake, onEnter }: EnteredFieldProps): JSX.Element {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const enter = (event: Event): void => {
    event.preventDefault();
    onEnter(text.trim());
  };
  return (
    <form class="field filter" onSubmit={enter}>
      <label for="where">{label}</label>
      <input
        id="where"
        type="text"
        class="mono"
        value={text}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        placeholder={placeholder}
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
