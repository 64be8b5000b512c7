import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { View } from "../data/route.ts";
import type { EventsState, PageSource } from "../data/source.ts";
import type { Go } from "../data/use-route.ts";
import { clockText, counted, sizeText } from "../data/words.ts";
import { EnteredField } from "../parts/entered-field.tsx";

interface EventsTabProps {
  readonly id: number;
  readonly source: PageSource;
  readonly route: View;
  readonly go: Go;
}

const NONE: EventsState = { events: [], frame: { total: 0, lost: 0, overrun: 0, bytes: 0 }, mistake: "" };

/** The events of a ring buffer as they come, the latest first. Nothing is taken from the program that they are for. */
export function EventsTab({ id, source, route: { type }, go }: EventsTabProps): JSX.Element {
  // Undefined until the server has opened the stream: it has no events of the time before.
  const [state, setState] = useState<EventsState>();
  useEffect(() => {
    setState(undefined);
    return source.events?.(id, type, setState);
  }, [source, id, type]);
  if (source.events === undefined)
    return <p class="empty">A report has no events: they are gone when they were read.</p>;
  const { events, frame, mistake } = state ?? NONE;
  return (
    <>
      <div class="tools">
        <EnteredField
          label="Type"
          placeholder="struct event"
          value={type}
          mistake={mistake}
          onEnter={(entered) => go({ type: entered })}
        />
        <span class="muted count">
          {counted(frame.total, "event", "events")}, {sizeText(frame.bytes)}
          {frame.lost > 0 ? `, ${counted(frame.lost, "lost", "lost")}` : ""}
          {frame.overrun > 0 ? `, ${counted(frame.overrun, "gap", "gaps")}` : ""}
        </span>
      </div>
      {events.length === 0 ? (
        <p class="empty">
          {state === undefined
            ? "Opening the stream …"
            : mistake === ""
              ? "Waiting for events …"
              : "There is nothing to show."}
        </p>
      ) : (
        <div class="plain events" tabIndex={0} role="log" aria-label="Events" aria-live="off">
          <table class="layout">
            <thead>
              <tr>
                <th scope="col" class="number">
                  Number
                </th>
                <th scope="col">Time</th>
                <th scope="col" class="number">
                  Bytes
                </th>
                <th scope="col">Event</th>
              </tr>
            </thead>
            <tbody>
              {events
                .slice(-SHOWN)
                .reverse()
                .map((event) => (
                  <tr key={event.id}>
                    <td class="number">{event.id}</td>
                    <td>{clockText(event.time)}</td>
                    <td class="number">{event.size}</td>
                    <td class="event">
                      <bdi>{event.text}</bdi>
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

const SHOWN = 200;
