import type { Bilingual } from '@hutong/conformance';
import type { ReportBody, StudyReports } from '@hutong/server/contract/orders';
import React, { useEffect, useState } from 'react';
import { keepControlKeys } from '../keys.ts';
import { say } from '../language.ts';
import { hospitalQuery } from '../openHospital.ts';
import { instantText } from '../person.ts';
import { reportSignedOut } from '../session.ts';
import { headingOf, useOpenStudies, useReading } from '../studies.ts';
import type { Viewer } from '../viewer.ts';
import words from '../words.ts';

const reportWords = {
  loading: { zh: '正在读取报告', en: 'Reading the report' },
  none: { zh: '没有收到该检查的报告。', en: 'No report of this study was received.' },
  failed: { zh: '未能读取报告', en: 'The report could not be read' },
  findings: { zh: '影像所见', en: 'Findings' },
  impression: { zh: '诊断意见', en: 'Impression' },
  pdf: { zh: '打开 PDF', en: 'Open PDF' },
  notLabel: {
    zh: '互认标识涵盖影像与数据，不涵盖诊断结论。',
    en: 'The HR label covers images and data, not the conclusion.',
  },
} as const satisfies Record<string, Bilingual>;

const STATUS: Readonly<Record<ReportBody['status'], Bilingual>> = {
  preliminary: { zh: '初步报告', en: 'Preliminary' },
  final: { zh: '正式报告', en: 'Final' },
  amended: { zh: '修订报告', en: 'Amended' },
  cancelled: { zh: '已作废', en: 'Withdrawn' },
};

type Read = { kind: 'loading' } | { kind: 'failed' } | { kind: 'ready'; reports: readonly ReportBody[] };

/** The reports of every open study, beside the pictures. Read when the panel is opened: that is on record as a look at them. */
export function ReportPanel({ viewer }: { viewer: Viewer }): React.JSX.Element {
  const reading = useReading(viewer.reading);
  const studies = useOpenStudies(reading);
  return (
    <div
      className="ht-panel"
      data-cy="hutong-reports"
      role="region"
      aria-label={say(words.report)}
      onKeyDown={keepControlKeys}
    >
      {studies.map((uid) => {
        const heading = studies.length > 1 ? headingOf(reading, uid) : undefined;
        return (
          <article key={uid} className="ht-study" data-study={uid}>
            {heading && (
              <h2 className="ht-study-name">
                {[heading.patientName, heading.description].filter(Boolean).join(' · ')}
                <span>{heading.dateTime}</span>
              </h2>
            )}
            <Reports studyInstanceUid={uid} />
          </article>
        );
      })}
    </div>
  );
}

function Reports({ studyInstanceUid }: { studyInstanceUid: string }): React.JSX.Element {
  const [read, setRead] = useState<Read>({ kind: 'loading' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setRead({ kind: 'loading' });
    readReports(studyInstanceUid, abort.signal).then(
      (reports) => setRead({ kind: 'ready', reports }),
      () => {
        if (!abort.signal.aborted) setRead({ kind: 'failed' });
      },
    );
    return () => abort.abort();
  }, [studyInstanceUid, attempt]);
  if (read.kind === 'loading') return <p role="status">{say(reportWords.loading)}</p>;
  if (read.kind === 'failed')
    return (
      <p role="alert">
        {say(reportWords.failed)}{' '}
        <button type="button" className="ht-button" onClick={() => setAttempt(attempt + 1)}>
          {say(words.retry)}
        </button>
      </p>
    );
  if (read.reports.length === 0) return <p>{say(reportWords.none)}</p>;
  return (
    <>
      {read.reports.map((report) => (
        <Report key={`${report.source} ${report.id}`} report={report} />
      ))}
      <p className="ht-history-quiet">{say(reportWords.notLabel)}</p>
    </>
  );
}

/** @throws what fetch throws, and an error for any answer that is none */
async function readReports(studyInstanceUid: string, signal: AbortSignal): Promise<readonly ReportBody[]> {
  const answer = await fetch(
    `/api/studies/${encodeURIComponent(studyInstanceUid)}/reports${hospitalQuery()}`,
    {
      headers: { Accept: 'application/json' },
      credentials: 'same-origin',
      cache: 'no-store',
      signal,
    },
  );
  if (answer.status === 401) reportSignedOut();
  if (!answer.ok) throw new Error(`the reports were answered ${answer.status}`);
  return ((await answer.json()) as StudyReports).reports;
}

function Report({ report }: { report: ReportBody }): React.JSX.Element {
  const people = [report.author, report.verifier].filter((name) => name !== '').join(' · ');
  return (
    <section className="ht-report" data-cy="hutong-report" data-status={report.status}>
      <p className="ht-history-head">
        <strong>{[say(STATUS[report.status]), report.title].filter(Boolean).join(' · ')}</strong>
        <time dateTime={report.reportedAt ?? report.receivedAt}>
          {instantText(report.reportedAt ?? report.receivedAt)}
        </time>
      </p>
      {report.findings !== '' && <Text name={reportWords.findings} text={report.findings} />}
      {report.impression !== '' && <Text name={reportWords.impression} text={report.impression} />}
      {report.lines.map(({ depth, name, value }, at) => (
        <p key={at} className="ht-report-text" style={{ paddingInlineStart: Math.min(depth, 6) * 10 }}>
          {name !== '' && <b>{name} </b>}
          {value}
        </p>
      ))}
      {report.document !== null && (
        <p>
          <a href={report.document} target="_blank" rel="noopener noreferrer" data-cy="hutong-report-pdf">
            {say(reportWords.pdf)}
          </a>
        </p>
      )}
      {people !== '' && <p className="ht-history-quiet">{people}</p>}
    </section>
  );
}

function Text({ name, text }: { name: Bilingual; text: string }): React.JSX.Element {
  return (
    <>
      <h3 className="ht-report-name">{say(name)}</h3>
      <p className="ht-report-text">{text}</p>
    </>
  );
}
