import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A command line that shows the same in a terminal, to be copied. */
export function CommandCopy({ line }: { line: string }): JSX.Element {
  const [state, setState] = useState<"" | "Copied" | "Select and copy it">("");
  useEffect(() => {
    const timer = state === "" ? undefined : setTimeout(() => setState(""), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(line);
      setState("Copied");
    } catch {
      setState("Select and copy it");
    }
  };
  return (
    <div class="command">
      <code>{line}</code>
      <button type="button" onClick={copy} aria-label="Copy the command line">
        {state === "Copied" ? "Copied" : "Copy"}
      </button>
      <span class="hidden" role="status">
        {state}
      </span>
    </div>
  );
}
