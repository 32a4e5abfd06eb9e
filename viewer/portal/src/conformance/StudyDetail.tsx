import { useMemo, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { ConformanceResponse } from '@hutong/conformance';
import type { WorklistStudy } from '@hutong/server/contract';
import { conformanceQuery } from '../api/queries.ts';
import { Icon } from '../app/Icon.tsx';
import { formatAge, formatExam, formatInstant, formatStudyTime } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { viewerHref } from '../worklist/study.ts';
import { HrLabelChip } from './HrLabelChip.tsx';
import { ItemVerdict } from './Requirements.tsx';
import { SeriesList, seriesElementId } from './SeriesList.tsx';
import { VerdictText } from './Verdict.tsx';

/** Address of one series in the viewer. */
function seriesHref(studyInstanceUid: string, seriesInstanceUid: string): string {
  const first = new URLSearchParams({ initialSeriesInstanceUID: seriesInstanceUid }).toString();
  return `${viewerHref(studyInstanceUid)}&${first}`;
}

interface DetailProps {
  study: WorklistStudy;
  onClose: () => void;
  onHistory: () => void;
}

function StudyHead({ study, onClose, onHistory }: DetailProps) {
  const { t, language, pick } = useWords();
  const { patient } = study;
  const facts = [t.sexLong[patient.sex], formatAge(patient.age, t, language), patient.id];
  const lines: [string, string][] = [
    [t.columns.hospital, pick(study.hospital.name)],
    [t.columns.studyTime, formatStudyTime(study.studyDate, study.studyTime)],
    [t.columns.modality, study.modalities.join(' ')],
    [t.columns.counts, `${study.numberOfSeries} / ${study.numberOfInstances}`],
    [t.columns.accession, study.accessionNumber],
    [t.detail.birthDate, patient.birthDate],
    [t.detail.received, formatInstant(study.receivedAt)],
  ];
  return (
    <header className="detail-head">
      <div className="detail-title">
        <h2>{patient.name === '' ? t.unnamedPatient : patient.name}</h2>
        <span className="detail-facts">{facts.filter((fact) => fact !== '').join(' · ')}</span>
        <button
          type="button"
          className="icon-button detail-close"
          onClick={onClose}
          aria-label={t.detail.close}
          title={`${t.detail.close} Esc`}
        >
          <Icon name="close" size={14} />
        </button>
      </div>
      <p className="detail-exam">
        {study.description === '' ? formatExam(study, pick, t).text : study.description}
      </p>
      <dl className="detail-lines">
        {lines
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <div className="detail-actions">
        <a
          className="button button-primary"
          href={viewerHref(study.studyInstanceUid)}
          data-testid="open-images"
        >
          {t.detail.openImages}
        </a>
        <a
          className="button"
          href={viewerHref(study.studyInstanceUid)}
          target="_blank"
          rel="noopener"
          title={t.detail.openNewTab}
        >
          <Icon name="open" size={14} />
          <span className="button-wide-text">{t.detail.openNewTab}</span>
        </a>
        <button
          type="button"
          className="button"
          onClick={onHistory}
          title={`${t.corrections.open} H`}
          data-testid="detail-history"
        >
          <Icon name="history" size={14} />
          {t.corrections.history}
        </button>
      </div>
    </header>
  );
}

function Labels({ result }: { result: ConformanceResponse }) {
  const { t, pick } = useWords();
  if (result.labels.length === 0) return null;
  return (
    <section className="detail-labels">
      {result.labels.map((label) => (
        <div key={`${label.text}-${label.itemCode}`} className="detail-label">
          <HrLabelChip label={label} />
          <div>
            <span className="detail-label-state">
              {t.label[label.state]} · {label.itemCode} ·{' '}
              {t.detail.validFrom(formatInstant(label.validFrom).slice(0, 10))}
            </span>
            <p>{pick(label.reason)}</p>
          </div>
        </div>
      ))}
    </section>
  );
}

function Result({ study, result }: { study: WorklistStudy; result: ConformanceResponse }) {
  const { t, pick } = useWords();
  const [marked, setMarked] = useState('');
  const series = useMemo(
    () => new Map(result.series.map((each) => [each.seriesInstanceUid as string, each])),
    [result],
  );
  const showSeries = (seriesInstanceUid: string): void => {
    setMarked(seriesInstanceUid);
    document
      .getElementById(seriesElementId(seriesInstanceUid))
      ?.scrollIntoView({ block: 'center', behavior: 'smooth' });
  };
  const [first] = result.results;
  return (
    <>
      {result.status === 'pending' && (
        <div className="detail-note" role="status">
          <VerdictText verdict="PENDING" />
          <p>{t.detail.pendingText}</p>
        </div>
      )}
      {result.status === 'done' && !result.settled && (
        <p className="detail-unsettled">{t.detail.unsettled}</p>
      )}
      {result.notListed !== undefined && (
        <div className="detail-note">
          <VerdictText verdict="NOT_LISTED" />
          <p>{pick(result.notListed.text) || t.verdictWhy.NOT_LISTED}</p>
        </div>
      )}
      <Labels result={result} />
      {result.results.map((item) => (
        <ItemVerdict key={item.itemCode} item={item} series={series} onSeries={showSeries} />
      ))}
      <SeriesList
        series={result.series}
        marked={marked}
        hrefOf={(uid) => seriesHref(study.studyInstanceUid, uid)}
      />
      {first !== undefined && (
        <p className="detail-catalogue">
          {t.detail.catalogue(first.catalogue.id, first.catalogue.version)}
          {result.revision !== null && ` · ${t.detail.revision(result.revision)}`}
        </p>
      )}
    </>
  );
}

function DetailSkeleton() {
  return (
    <div className="detail-skeleton" aria-hidden="true">
      {[70, 45, 88, 60, 76, 52].map((width) => (
        <i key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

/** A study's verdicts with their requirements and evidence, its labels, and what was understood of its series. */
export default function StudyDetail({ study, onClose, onHistory }: DetailProps) {
  const { t } = useWords();
  const conformance = useQuery(
    conformanceQuery(study.hospital.code, study.studyInstanceUid, `${study.status} ${study.receivedAt}`),
  );
  return (
    <div className="detail" role="region" aria-label={t.detail.title} data-testid="study-detail">
      <StudyHead study={study} onClose={onClose} onHistory={onHistory} />
      <div className="detail-scroll">
        {conformance.isPending && <DetailSkeleton />}
        {conformance.isError && (
          <ErrorNotice
            error={conformance.error}
            title={t.detail.missing}
            onRetry={() => void conformance.refetch()}
          />
        )}
        {conformance.data !== undefined && <Result study={study} result={conformance.data} />}
      </div>
    </div>
  );
}
