import type { JSX } from "preact";
import type { LayoutLine } from "../../../schema/layout-tree.ts";
import type { MapHead } from "../../page/contract.ts";

/** The layout of keys and values, as `schema show` prints it. */
export function LayoutTab({ head }: { head: MapHead }): JSX.Element {
  if (head.untyped !== null) {
    return <p class="empty">There is no layout: {head.untyped}.</p>;
  }
  return (
    <>
      <div class="plain" tabIndex={0} role="region" aria-label="Layout">
        <table class="layout">
          <thead>
            <tr>
              <th scope="col" class="number">
                Offset
              </th>
              <th scope="col" class="number">
                Size
              </th>
              <th scope="col">Field</th>
              <th scope="col">Type</th>
            </tr>
          </thead>
          <tbody>
            {head.layout.map((line, i) => (
              <LayoutRow key={i} line={line} />
            ))}
          </tbody>
        </table>
      </div>
      {head.c === "" ? null : (
        <details>
          <summary>As C</summary>
          <pre class="code" tabIndex={0} role="region" aria-label="The types as C">
            {head.c}
          </pre>
        </details>
      )}
    </>
  );
}

function LayoutRow({ line: { offset, size, depth, name, type } }: { line: LayoutLine }): JSX.Element {
  const isGap = type === "" && name.startsWith("(");
  return (
    <tr class={isGap ? "gap" : ""}>
      <td class="number">{offset}</td>
      <td class="number">{size}</td>
      <td style={{ paddingLeft: `${12 + Math.min(depth, 20) * 16}px` }}>
        <bdi>{name}</bdi>
      </td>
      <td class="muted">
        <bdi>{type}</bdi>
      </td>
    </tr>
  );
}
