import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { DatePicker, Input, Select } from 'antd';
import dayjs from 'dayjs';
import type { AuditStatus, PatientHistoryBody, PatientHistoryEntry } from '@hutong/server/contract/audit';
import { type HistorySearch, patientHistoryQuery } from '../api/audit.ts';
import { Icon } from '../app/Icon.tsx';
import { PHONE, useMedia } from '../app/useMedia.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { auditWords, type AuditWords } from '../i18n/audit.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { instantsOf } from './auditFilters.ts';

/** China Standard Time, whatever clock the reader has: the answer is a document. */
const clock = new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Shanghai', timeStyle: 'short' });
const calendar = new Intl.DateTimeFormat('sv', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'short',
});

function whoOf({ who }: PatientHistoryEntry, { history }: AuditWords): string {
  if (who.kind === 'share') return history.share;
  return who.kind === 'machine' ? history.machine(who.name) : who.name;
}

function examOf(body: PatientHistoryBody, studyInstanceUid: string, unknown: string): string {
  const study = body.studies.find((one) => one.studyInstanceUid === studyInstanceUid);
  if (study === undefined) return unknown;
  const date = study.date.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
  return [date, study.modalities.join(' '), study.description].filter((part) => part !== '').join(' ');
}

/** The answer to the patient, made to be printed. */
function Document({ body, period }: { body: PatientHistoryBody; period: string }) {
  const { pick } = useWords();
  const words = useOwnWords(auditWords);
  const { history } = words;
  if (body.entries.length === 0)
    return (
      <div className="notice" data-testid="history-none">
        <h1>{history.none.title}</h1>
        <p>{history.none.text}</p>
      </div>
    );
  return (
    <article className="access-record" data-testid="access-record">
      <h1>{history.documentTitle}</h1>
      <dl className="access-head">
        {(
          [
            [history.hospital, pick(body.hospital.name)],
            [history.patientId, body.patientId],
            [history.period, period],
            [history.made, calendar.format(new Date())],
          ] as const
        ).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {body.cut && <p className="audit-refused">{history.cut}</p>}
      <table>
        <thead>
          <tr>
            {Object.values(history.columns).map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.entries.map((entry, at) => {
            const [first, last] = [clock.format(new Date(entry.first)), clock.format(new Date(entry.last))];
            return (
              <tr key={at} className={entry.emergency ? 'access-emergency' : undefined}>
                <td>{entry.day}</td>
                <td>{first === last ? first : `${first}–${last}`}</td>
                <td>{whoOf(entry, words)}</td>
                <td>
                  {entry.emergency && <strong className="access-mark">{history.emergency}</strong>}
                  {history.kinds[entry.kind]}
                  {entry.outcome === 'success' ? '' : ` (${history.refused})`}
                </td>
                <td>{examOf(body, entry.studyInstanceUid, history.unknownExam)}</td>
                <td>{words.purposes[entry.purpose] ?? entry.purpose}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="access-foot">{history.foot}</p>
    </article>
  );
}

function Found({ search, period }: { search: HistorySearch; period: string }) {
  const { history } = useOwnWords(auditWords);
  const found = useQuery(patientHistoryQuery(search));
  if (found.isPending) return <DetailSkeleton />;
  if (found.isError)
    return <ErrorNotice error={found.error} title={history.error} onRetry={() => void found.refetch()} />;
  return <Document body={found.data} period={period} />;
}

/** Who looked at one patient's images: asked for, read, and printed for the patient. */
export function PatientHistory({
  status,
  preset,
}: {
  status: AuditStatus | undefined;
  preset: { hospital: string; patientId: string } | null;
}) {
  const { pick } = useWords();
  const { history, filters } = useOwnWords(auditWords);
  const size = useMedia(PHONE) ? ('large' as const) : ('medium' as const);
  const hospitals = status?.hospitals ?? [];
  const only = hospitals.length === 1 ? (hospitals[0]?.code ?? null) : null;
  const [chosen, setHospital] = useState<string | null>(preset?.hospital ?? null);
  const hospital = chosen ?? only;
  const [patientId, setPatientId] = useState(preset?.patientId ?? '');
  const [days, setDays] = useState<[string, string] | null>(null);
  const [asked, setAsked] = useState<{ search: HistorySearch; period: string } | null>(
    preset === null ? null : { search: preset, period: history.all },
  );
  const ask = (): void => {
    if (hospital === null || patientId.trim() === '') return;
    const search = { hospital, patientId: patientId.trim(), ...(days === null ? {} : instantsOf(days)) };
    setAsked({ search, period: days === null ? history.all : days.join(' – ') });
  };
  return (
    <>
      <p className="pending-lead no-print">{history.lead}</p>
      <form
        className="audit-filters no-print"
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <Select
          size={size}
          className="audit-select"
          showSearch={{ optionFilterProp: 'label' }}
          popupMatchSelectWidth={false}
          aria-label={filters.hospital}
          placeholder={filters.hospital}
          value={hospital}
          onChange={(code: string) => setHospital(code)}
          options={hospitals.map(({ code, name }) => ({ value: code, label: pick(name) }))}
          data-testid="history-hospital"
        />
        <Input
          size={size}
          className="audit-typed"
          maxLength={256}
          aria-label={filters.patient}
          placeholder={filters.patient}
          value={patientId}
          onChange={({ target }) => setPatientId(target.value)}
          data-testid="history-patient"
        />
        <DatePicker.RangePicker
          size={size}
          className="audit-days"
          placeholder={[filters.from, filters.to]}
          value={days === null ? null : [dayjs(days[0]), dayjs(days[1])]}
          onChange={(range) => {
            const [first, last] = range ?? [];
            setDays(first && last ? [first.format('YYYY-MM-DD'), last.format('YYYY-MM-DD')] : null);
          }}
        />
        <button
          type="submit"
          className="button button-primary"
          disabled={hospital === null || patientId.trim() === ''}
          data-testid="history-ask"
        >
          {history.ask}
        </button>
        {asked !== null && (
          <button type="button" className="button" onClick={() => window.print()}>
            <Icon name="print" size={14} /> {history.print}
          </button>
        )}
      </form>
      {asked !== null && <Found search={asked.search} period={asked.period} />}
    </>
  );
}
