import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { ReportBody } from '@hutong/server/contract/orders';
import { type Copy, reportsQuery, reportVersionsQuery } from '../api/orders.ts';
import { formatInstant } from '../format/format.ts';
import { orderWords } from '../i18n/orders.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import '../styles/orders.css';

/** The text of a report, as text alone, with its PDF and who wrote it. */
function ReportText({ report }: { report: ReportBody }) {
  const words = useOwnWords(orderWords).report;
  const people = [
    report.author === '' ? '' : `${words.author} ${report.author}`,
    report.verifier === '' ? '' : `${words.verifier} ${report.verifier}`,
  ].filter((text) => text !== '');
  return (
    <article className={`report report-${report.status}`} data-testid="report" data-status={report.status}>
      <header className="report-head">
        <span className={`report-status report-status-${report.status}`}>{words.status[report.status]}</span>
        {report.title !== '' && <strong>{report.title}</strong>}
        <span className="quiet">
          {formatInstant(report.reportedAt ?? report.receivedAt)} · {words.source[report.source]}
        </span>
      </header>
      {report.findings !== '' && (
        <section>
          <h4>{words.findings}</h4>
          <p className="report-text">{report.findings}</p>
        </section>
      )}
      {report.impression !== '' && (
        <section>
          <h4>{words.impression}</h4>
          <p className="report-text report-impression">{report.impression}</p>
        </section>
      )}
      {report.lines.length > 0 && (
        <ul className="report-lines">
          {report.lines.map(({ depth, name, value }, at) => (
            <li key={at} style={{ paddingInlineStart: `${Math.min(depth, 6) * 12}px` }}>
              {name !== '' && <b>{name}</b>} <span className="report-text">{value}</span>
            </li>
          ))}
        </ul>
      )}
      <footer className="report-foot">
        {report.document !== null && (
          <a
            className="button"
            href={report.document}
            target="_blank"
            rel="noopener"
            data-testid="report-pdf"
          >
            {words.pdf}
          </a>
        )}
        {people.length > 0 && <span className="quiet">{people.join(' · ')}</span>}
      </footer>
    </article>
  );
}

/** What a report said before; read when somebody opens it. */
function Versions({ copy, report }: { copy: Copy; report: ReportBody }) {
  const words = useOwnWords(orderWords).report;
  const [isOpen, setIsOpen] = useState(false);
  const { data } = useQuery({ ...reportVersionsQuery(copy, report.id), enabled: isOpen });
  return (
    <details className="more" onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>{words.versions(String(report.versions))}</summary>
      {data?.versions
        .filter(({ isCurrent }) => !isCurrent)
        .map((version) => (
          <ReportText key={version.version} report={version} />
        ))}
    </details>
  );
}

/** The reports of a study, read when somebody opens them: that is on record as a look at them. */
export default function StudyReports({ copy }: { copy: Copy }) {
  const { t } = useWords();
  const words = useOwnWords(orderWords).report;
  const [isOpen, setIsOpen] = useState(false);
  const { data, error, refetch } = useQuery({ ...reportsQuery(copy), enabled: isOpen });
  return (
    <details
      className="study-reports"
      onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}
      data-testid="study-reports"
    >
      <summary>{words.title}</summary>
      {isOpen && data === undefined && error === null && (
        <p className="quiet" role="status">
          {words.loading}
        </p>
      )}
      {error !== null && data === undefined && (
        <p role="alert">
          {words.failed}{' '}
          <button type="button" className="text-button" onClick={() => void refetch()}>
            {t.error.retry}
          </button>
        </p>
      )}
      {data?.reports.length === 0 && <p className="quiet">{words.none}</p>}
      {data?.reports.map((report) => (
        <div key={`${report.source} ${report.id}`}>
          <ReportText report={report} />
          {report.versions > 1 && <Versions copy={copy} report={report} />}
        </div>
      ))}
      {data !== undefined && data.reports.length > 0 && <p className="quiet report-note">{words.notLabel}</p>}
    </details>
  );
}
