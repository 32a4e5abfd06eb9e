import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { AuditEventBody } from '@hutong/server/contract/audit';
import { auditAlertsQuery } from '../api/audit.ts';
import { formatCount, formatInstant } from '../format/format.ts';
import { auditWords, type AuditWords } from '../i18n/audit.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import type { AuditFilters } from './auditFilters.ts';

const SHOWN = 3;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): string => formatCount(typeof value === 'number' ? value : 0);

/** The alert in a sentence. */
function sentence({ detail, patientId }: AuditEventBody, { alerts }: AuditWords): string {
  const found = number(detail['found']);
  const name = text(detail['name']);
  switch (detail['rule']) {
    case 'manyPatients':
      return alerts.manyPatients(name, found);
    case 'manyPeople':
      return alerts.manyPeople(patientId, found);
    case 'manyRefusals':
      return alerts.manyRefusals(name, found);
    case 'manyEmergencies':
      return alerts.manyEmergencies(name, found);
    default:
      return text(detail['rule']);
  }
}

/** What led to the alert, as filters. */
function filtersOf({ at, detail, hospital, patientId }: AuditEventBody): Partial<AuditFilters> {
  const day = formatInstant(at).slice(0, 10);
  const before = formatInstant(new Date(new Date(at).getTime() - 86_400_000).toISOString()).slice(0, 10);
  const actor = text(detail['actor']);
  return {
    days: [before, day],
    ...(patientId === '' ? {} : { hospital, patientId }),
    ...(actor === '' ? {} : { who: actor }),
    ...(detail['rule'] === 'manyRefusals'
      ? { action: ['refused'], ...(actor === '' ? { address: text(detail['name']) } : {}) }
      : {}),
    ...(detail['rule'] === 'manyEmergencies' ? { action: ['breakGlass'] } : {}),
  };
}

/** Unusual use of the last days, on top of the auditors' page. */
export function Alerts({
  since,
  onShow,
}: {
  since: string;
  onShow: (filters: Partial<AuditFilters>) => void;
}) {
  const words = useOwnWords(auditWords);
  const [isWhole, setIsWhole] = useState(false);
  const found = useQuery(auditAlertsQuery(since)).data?.events;
  if (found === undefined) return null;
  if (found.length === 0) return <p className="audit-calm quiet">{words.alerts.none}</p>;
  return (
    <section className="audit-alerts" aria-label={words.alerts.title} data-testid="audit-alerts">
      <h2>{words.alerts.title}</h2>
      <ul>
        {found.slice(0, isWhole ? found.length : SHOWN).map((event) => (
          <li key={event.id} data-testid="audit-alert">
            <time dateTime={event.at}>{formatInstant(event.at)}</time>
            <span>
              {sentence(event, words)}{' '}
              <span className="quiet">{words.alerts.threshold(number(event.detail['threshold']))}</span>
            </span>
            <button type="button" className="text-button" onClick={() => onShow(filtersOf(event))}>
              {words.alerts.show}
            </button>
          </li>
        ))}
      </ul>
      <p className="quiet">
        {words.alerts.note}
        {found.length > SHOWN && !isWhole && (
          <button type="button" className="text-button" onClick={() => setIsWhole(true)}>
            {words.alerts.all(formatCount(found.length))}
          </button>
        )}
      </p>
    </section>
  );
}
