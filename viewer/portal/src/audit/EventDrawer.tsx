import type { ReactNode } from 'react';
import { Drawer } from 'antd';
import type { AuditEventBody, AuditStatus } from '@hutong/server/contract/audit';
import { Icon } from '../app/Icon.tsx';
import { PHONE, useMedia } from '../app/useMedia.ts';
import { formatCount, formatInstant } from '../format/format.ts';
import { auditWords } from '../i18n/audit.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import type { AuditFilters } from './auditFilters.ts';
import { actorName } from './AuditList.tsx';

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Where the event stands in its chain, and what the last verification says of that. */
function ChainFact({
  event,
  finished,
}: {
  event: AuditEventBody;
  finished: AuditStatus['verification']['finished'];
}) {
  const { drawer } = useOwnWords(auditWords);
  const hyphen = event.id.lastIndexOf('-');
  const writer = event.id.slice(0, hyphen);
  const isWithin = finished !== null && event.at < finished.startedAt;
  const isUnsound = finished?.faults.some(({ writerId }) => writerId === writer) ?? false;
  return (
    <>
      {drawer.chainAt(writer.slice(0, 8), event.id.slice(hyphen + 1), String(event.batch ?? '—'))}
      <br />
      <span className={isUnsound ? 'audit-failed' : 'quiet'}>
        {isUnsound
          ? drawer.unsound
          : isWithin
            ? drawer.verified(formatInstant(finished.finishedAt ?? finished.startedAt))
            : drawer.notVerified}
      </span>
    </>
  );
}

/** All facts of one event. */
export function EventDrawer({
  event,
  status,
  nameOf,
  onNarrow,
  onHistory,
  onClose,
}: {
  event: AuditEventBody | null;
  status: AuditStatus | undefined;
  nameOf: (hospital: string) => string;
  onNarrow: (change: Partial<AuditFilters>) => void;
  onHistory: (patient: { hospital: string; patientId: string }) => void;
  onClose: () => void;
}) {
  const words = useOwnWords(auditWords);
  const { drawer } = words;
  const isPhone = useMedia(PHONE);
  const narrow = (label: string, change: Partial<AuditFilters>) => (
    <button type="button" className="text-button" onClick={() => onNarrow(change)}>
      {label}
    </button>
  );
  return (
    <Drawer
      open={event !== null}
      onClose={onClose}
      size={isPhone ? '100%' : 460}
      closable={false}
      mask={false}
      rootClassName="audit-drawer"
    >
      {event !== null && (
        <div className="audit-facts" data-testid="audit-drawer">
          <header>
            <h2>{words.actions[event.action] ?? event.action}</h2>
            <button
              type="button"
              className="icon-button"
              onClick={onClose}
              aria-label={drawer.close}
              title={`${drawer.close} Esc`}
            >
              <Icon name="close" size={14} />
            </button>
          </header>
          <dl>
            <Fact name={words.columns.at}>{new Date(event.at).toLocaleString('sv')}</Fact>
            <Fact name={words.columns.who}>
              {actorName(event, words.nobody)} <span className="quiet">{words.kinds[event.actor.kind]}</span>
              {event.actor.id !== '' && <code className="uid">{event.actor.id}</code>}
              {event.actor.id !== '' && narrow(drawer.only.actor, { who: event.actor.id })}
            </Fact>
            {event.actor.address !== '' && (
              <Fact name={words.columns.from}>
                {event.actor.address} {narrow(drawer.only.address, { address: event.actor.address })}
              </Fact>
            )}
            <Fact name={words.columns.purpose}>{words.purposes[event.purpose] ?? event.purpose}</Fact>
            <Fact name={words.columns.outcome}>
              <span className={`audit-${event.outcome}`}>{words.outcomes[event.outcome]}</span>
            </Fact>
            {event.hospital !== '' && (
              <Fact name={words.columns.whose}>
                {[nameOf(event.hospital), event.patientId].filter((part) => part !== '').join(' · ')}
                {event.patientId !== '' && (
                  <>
                    {narrow(drawer.only.patient, { hospital: event.hospital, patientId: event.patientId })}
                    <button
                      type="button"
                      className="text-button"
                      onClick={() => onHistory({ hospital: event.hospital, patientId: event.patientId })}
                      data-testid="audit-to-history"
                    >
                      {drawer.history}
                    </button>
                  </>
                )}
              </Fact>
            )}
            {event.studyInstanceUid !== '' && (
              <Fact name={drawer.study}>
                <code className="uid">{event.studyInstanceUid}</code>
                {narrow(drawer.only.study, { study: event.studyInstanceUid })}
              </Fact>
            )}
            {event.seriesInstanceUid !== '' && (
              <Fact name={drawer.series}>
                <code className="uid">{event.seriesInstanceUid}</code>
              </Fact>
            )}
            <Fact name={drawer.count}>
              {event.total === event.count
                ? formatCount(event.count)
                : drawer.counted(formatCount(event.count), formatCount(event.total))}
            </Fact>
            {Object.keys(event.detail).length > 0 && (
              <Fact name={drawer.detail}>
                {Object.entries(event.detail).map(([name, value]) => (
                  <span key={name} className="audit-detail">
                    <span className="quiet">{drawer.facts[name] ?? name}</span>{' '}
                    {typeof value === 'string' && name === 'viewing' ? (
                      nameOf(value)
                    ) : (
                      <code>{drawer.values[String(value)] ?? shown(value)}</code>
                    )}
                  </span>
                ))}
              </Fact>
            )}
            {event.requestId !== '' && (
              <Fact name={drawer.request}>
                <code className="uid">{event.requestId}</code>
              </Fact>
            )}
            <Fact name={drawer.chain}>
              <ChainFact event={event} finished={status?.verification.finished ?? null} />
            </Fact>
            <Fact name={drawer.id}>
              <code className="uid">{event.id}</code>
            </Fact>
          </dl>
        </div>
      )}
    </Drawer>
  );
}
