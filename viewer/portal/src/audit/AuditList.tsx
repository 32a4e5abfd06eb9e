import { memo, useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { AuditEventBody } from '@hutong/server/contract/audit';
import { PHONE, useMedia } from '../app/useMedia.ts';
import { formatCount, formatInstant } from '../format/format.ts';
import { auditWords } from '../i18n/audit.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useWindow } from '../worklist/useWindow.ts';

const ROW = 40;
const PHONE_ROW = 66;

/** Who acted, in a few words. */
export function actorName({ actor }: Pick<AuditEventBody, 'actor'>, nobody: string): string {
  if (actor.name !== '') return actor.name;
  return actor.id === '' ? nobody : actor.id;
}

const AuditRow = memo(function AuditRow({
  event,
  hospital,
  isActive,
  index,
  onOpen,
}: {
  event: AuditEventBody;
  hospital: string;
  isActive: boolean;
  index: number;
  onOpen: (index: number) => void;
}) {
  const words = useOwnWords(auditWords);
  const { actor, outcome, purpose } = event;
  const whose = [hospital, event.patientId].filter((part) => part !== '').join(' · ');
  const isGrave = event.action === 'breakGlass' || event.action === 'securityAlert' || purpose === 'BTG';
  return (
    <div
      id={`audit-event-${index}`}
      className={`audit-row${isActive ? ' audit-row-active' : ''}${isGrave ? ' audit-row-grave' : ''}`}
      role="option"
      aria-selected={isActive}
      onClick={() => onOpen(index)}
      data-testid="audit-event"
      data-action={event.action}
    >
      <time dateTime={event.at}>{formatInstant(event.at)}</time>
      <span className="audit-who" title={actor.id}>
        {actorName(event, words.nobody)}
        {actor.kind !== 'person' && <span className="quiet"> {words.kinds[actor.kind] ?? actor.kind}</span>}
      </span>
      <span className="audit-what">
        {words.actions[event.action] ?? event.action}
        {event.total > 1 && <span className="quiet"> {words.times(formatCount(event.total))}</span>}
      </span>
      <span className="audit-whose" title={event.studyInstanceUid}>
        {whose === '' ? '—' : whose}
      </span>
      <span className="audit-from">{actor.address}</span>
      <span className="audit-purpose">{words.purposes[purpose] ?? purpose}</span>
      <span className={`audit-outcome audit-${outcome}`}>{words.outcomes[outcome]}</span>
    </div>
  );
});

/** The trail, the newest first: only the rows in sight are drawn, and the next page is read before its end is reached. */
export function AuditList({
  events,
  nameOf,
  hasMore,
  isChanging,
  onMore,
  onOpen,
}: {
  events: readonly AuditEventBody[];
  nameOf: (hospital: string) => string;
  hasMore: boolean;
  isChanging: boolean;
  onMore: () => void;
  onOpen: (event: AuditEventBody) => void;
}) {
  const words = useOwnWords(auditWords);
  const row = useMedia(PHONE) ? PHONE_ROW : ROW;
  const scroller = useRef<HTMLDivElement>(null);
  const { first, last } = useWindow(scroller, events.length, row);
  const [active, setActive] = useState(0);
  const at = Math.min(active, events.length - 1);
  useEffect(() => {
    if (hasMore && last >= events.length - 20) onMore();
  }, [hasMore, last, events.length, onMore]);
  const open = (index: number): void => {
    setActive(index);
    const event = events[index];
    if (event !== undefined) onOpen(event);
  };
  const move = (to: number): void => {
    const index = Math.max(0, Math.min(events.length - 1, to));
    setActive(index);
    const element = scroller.current;
    if (element === null) return;
    if (index * row < element.scrollTop) element.scrollTop = index * row;
    else if ((index + 1) * row > element.scrollTop + element.clientHeight)
      element.scrollTop = (index + 1) * row - element.clientHeight;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / row) - 1);
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: events.length - 1,
    };
    const to = steps[event.key];
    if (to !== undefined) move(to);
    else if (event.key === 'Enter' || event.key === ' ') open(at);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="audit-heads" aria-hidden="true">
        {Object.values(words.columns).map((name) => (
          <span key={name}>{name}</span>
        ))}
      </div>
      <div
        ref={scroller}
        className={isChanging ? 'audit-list audit-changing' : 'audit-list'}
        role="listbox"
        aria-label={words.title}
        aria-activedescendant={events.length === 0 ? undefined : `audit-event-${at}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        data-testid="audit-list"
      >
        <div style={{ height: first * row }} />
        {events.slice(first, last).map((event, offset) => (
          <AuditRow
            key={event.id}
            event={event}
            hospital={event.hospital === '' ? '' : nameOf(event.hospital)}
            isActive={first + offset === at}
            index={first + offset}
            onOpen={open}
          />
        ))}
        <div style={{ height: Math.max(0, events.length - last) * row }} />
        <p className="audit-end quiet">{hasMore ? words.more : words.end(formatCount(events.length))}</p>
      </div>
    </>
  );
}
