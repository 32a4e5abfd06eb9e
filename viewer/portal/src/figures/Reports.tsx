import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { ReportBody, ReportVerificationBody } from '@hutong/server/contract/figures';
import { documentHref, makeReport, reportsQuery, verifyReport, workbookHref } from '../api/figures.ts';
import { Icon } from '../app/Icon.tsx';
import { formatCount, formatInstant } from '../format/format.ts';
import { figureWords } from '../i18n/figures.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { useErrorText } from '../worklist/EmptyStates.tsx';

/** Differences that are shown; the rest are of the same kind. */
const SHOWN = 12;

function Verified({ outcome }: { outcome: ReportVerificationBody }) {
  const words = useOwnWords(figureWords).made;
  if (!outcome.intact)
    return (
      <p className="report-wrong" role="alert">
        {words.broken}
      </p>
    );
  if (outcome.same)
    return (
      <p className="report-same" role="status">
        <Icon name="check" size={14} /> {words.same}
      </p>
    );
  return (
    <div role="alert">
      <p className="report-wrong">{words.differs(formatCount(outcome.differences.length))}</p>
      <ul className="report-differences">
        {outcome.differences.slice(0, SHOWN).map(({ path, was, is }) => (
          <li key={path}>
            <code>{path}</code>
            <span>
              {words.was} {was === '' ? '—' : was} → {words.is} {is === '' ? '—' : is}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function ReportRow({ report }: { report: ReportBody }) {
  const marks = useMarks();
  const { pick } = useWords();
  const words = useOwnWords(figureWords);
  const verify = useMutation({ mutationFn: () => verifyReport(report.id) });
  const { author, asOf, createdAt, complete, hospital, digest } = report;
  const who = author.kind === 'system' ? words.made.automatic : author.name;
  return (
    <li className="report-row" data-testid="report">
      <div className="report-what">
        <strong>{hospital === null ? words.region : pick(hospital.name)}</strong>
        <span className="quiet">
          {words.asOf(formatInstant(asOf))}
          {!complete && marks.aside(words.unfinished)}
        </span>
        <span className="quiet">{words.made.by(who, formatInstant(createdAt))}</span>
        <span className="quiet report-digest" title={digest}>
          {words.made.digest} {digest.slice(0, 12)}
        </span>
      </div>
      <div className="report-actions">
        <a className="button" href={workbookHref(report.id)} download data-testid="report-workbook">
          {words.made.workbook}
        </a>
        <a className="button" href={documentHref(report.id)} download data-testid="report-document">
          {words.made.document}
        </a>
        <button
          type="button"
          className="button"
          disabled={verify.isPending}
          aria-busy={verify.isPending}
          onClick={() => verify.mutate()}
          data-testid="report-verify"
        >
          {verify.isPending ? words.made.verifying : words.made.verify}
        </button>
      </div>
      {verify.data !== undefined && (
        <div className="report-verified" data-testid="report-verified">
          <Verified outcome={verify.data} />
        </div>
      )}
    </li>
  );
}

/** Reports of the month that were made, and the making of one. */
export function Reports({ month, hospital }: { month: string; hospital: string | null }) {
  const marks = useMarks();
  const words = useOwnWords(figureWords).made;
  const client = useQueryClient();
  const { message } = App.useApp();
  const { data } = useQuery(reportsQuery(month));
  const [failure, setFailure] = useState<Error | null>(null);
  const said = useErrorText(failure ?? new Error(words.failed));
  const make = useMutation({
    mutationFn: () => makeReport({ month, hospital }),
    onMutate: () => setFailure(null),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['figures'] });
      void message.success(words.done);
    },
    onError: setFailure,
  });
  const reports = data?.reports ?? [];
  return (
    <section className="figure-panel" data-testid="reports">
      <header className="figure-panel-head">
        <div>
          <h2>{words.title}</h2>
          <p className="quiet">{words.lead}</p>
        </div>
        <button
          type="button"
          className="button button-primary"
          disabled={make.isPending}
          aria-busy={make.isPending}
          onClick={() => make.mutate()}
          data-testid="make-report"
        >
          {make.isPending ? words.making : words.make}
        </button>
      </header>
      {failure !== null && (
        <p className="report-wrong" role="alert">
          {marks.said(words.failed, said.text)}
        </p>
      )}
      {data !== undefined && reports.length === 0 && <p className="quiet">{words.none}</p>}
      <ul className="report-rows">
        {reports.map((report) => (
          <ReportRow key={report.id} report={report} />
        ))}
      </ul>
    </section>
  );
}
