import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { turnaroundQuery } from '../api/orders.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { Choice } from '../corrections/Choice.tsx';
import { formatCount, formatInstant } from '../format/format.ts';
import { orderWords } from '../i18n/orders.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { EmptyNotice, ErrorNotice } from '../worklist/EmptyStates.tsx';
import { viewerHref } from '../worklist/study.ts';

const DAYS = ['7', '30', '90'] as const;

/** How long reports take, by hospital and kind, and those that took longest. */
export function Turnaround() {
  const { pick } = useWords();
  const words = useOwnWords(orderWords);
  const [days, setDays] = useState<(typeof DAYS)[number]>('30');
  const { data, error, refetch } = useQuery(turnaroundQuery(Number(days)));
  const { columns } = words;
  return (
    <>
      <p className="quiet">{words.turnaround.lead}</p>
      <div className="order-tools">
        <Choice
          label={words.tabs.turnaround}
          value={days}
          options={DAYS.map((n) => [n, words.turnaround.days(n)] as const)}
          onChange={setDays}
        />
      </div>
      {error !== null && data === undefined && (
        <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && <DetailSkeleton />}
      {data?.figures.length === 0 && (
        <EmptyNotice
          testId="turnaround-empty"
          title={words.turnaround.none}
          text={words.turnaround.noneText}
        />
      )}
      {data !== undefined && data.figures.length > 0 && (
        <div className="order-table-scroll">
          <table className="order-table" data-testid="turnaround">
            <thead>
              <tr>
                {[
                  columns.hospital,
                  columns.kind,
                  columns.reports,
                  columns.within,
                  columns.median,
                  columns.target,
                ].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.figures.map((figure) => (
                <tr key={`${figure.hospital.code} ${figure.kind}`}>
                  <td>{pick(figure.hospital.name)}</td>
                  <td>{words.turnaround.kinds[figure.kind]}</td>
                  <td>{formatCount(figure.reports)}</td>
                  <td>{Math.round((figure.withinTarget / figure.reports) * 100)}%</td>
                  <td>{words.minutes(figure.medianMinutes)}</td>
                  <td>{words.minutes(figure.targetMinutes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <h2>{words.turnaround.slowest}</h2>
          {data.slowest.length === 0 && <p className="quiet">{words.turnaround.noneLate}</p>}
          <ul className="order-rows">
            {data.slowest.map((report) => (
              <li
                key={`${report.hospital.code} ${report.reportedAt} ${report.minutes}`}
                className="order-row"
              >
                <div className="order-cell">
                  <strong>{words.minutes(report.minutes)}</strong>
                  <span className="quiet">{words.turnaround.kinds[report.kind]}</span>
                </div>
                <div className="order-cell">
                  <span>{pick(report.hospital.name)}</span>
                  <span className="quiet">
                    {formatInstant(report.performedAt)} – {formatInstant(report.reportedAt)}
                  </span>
                </div>
                <div className="order-cell">
                  {report.studyInstanceUid !== null && (
                    <a href={viewerHref(report.studyInstanceUid, report.hospital.code)}>{words.open}</a>
                  )}
                </div>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
