import { lazy, Suspense, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { WorklistStudy } from '@hutong/server/contract';
import { conformanceQuery } from '../api/queries.ts';
import { Icon } from '../app/Icon.tsx';
import { formatAge, formatExam, formatInstant, formatStudyTime } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { shareWords } from '../i18n/shares.ts';
import { useMayShare } from '../shares/rights.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { viewerHref } from '../worklist/study.ts';
import { ConformanceResult } from './ConformanceResult.tsx';
import { DetailSkeleton } from './DetailSkeleton.tsx';

const ShareDialog = lazy(() => import('../shares/ShareDialog.tsx'));
const SamePerson = lazy(() => import('../persons/SamePerson.tsx'));
const StudyReports = lazy(() => import('../orders/StudyReports.tsx'));

interface DetailProps {
  study: WorklistStudy;
  onClose: () => void;
  onHistory: () => void;
}

function StudyHead({ study, onClose, onHistory }: DetailProps) {
  const { t, language, pick } = useWords();
  const { patient } = study;
  const mayShare = useMayShare(study.hospital.code);
  const [sharing, setSharing] = useState(false);
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
          href={viewerHref(study.studyInstanceUid, study.hospital.code)}
          data-testid="open-images"
        >
          {t.detail.openImages}
        </a>
        <a
          className="button"
          href={viewerHref(study.studyInstanceUid, study.hospital.code)}
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
        {mayShare && (
          <button
            type="button"
            className="button"
            onClick={() => setSharing(true)}
            data-testid="detail-share"
          >
            <Icon name="share" size={14} />
            {shareWords[language].button}
          </button>
        )}
      </div>
      {sharing && (
        <Suspense fallback={null}>
          <ShareDialog study={study} onClose={() => setSharing(false)} />
        </Suspense>
      )}
    </header>
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
        <Suspense fallback={null}>
          <StudyReports
            key={`${study.hospital.code} ${study.studyInstanceUid}`}
            copy={{ hospital: study.hospital.code, study: study.studyInstanceUid }}
          />
        </Suspense>
        {conformance.isPending && <DetailSkeleton />}
        {conformance.isError && (
          <ErrorNotice
            error={conformance.error}
            title={t.detail.missing}
            onRetry={() => void conformance.refetch()}
          />
        )}
        {conformance.data !== undefined && (
          <ConformanceResult
            copy={{ hospital: study.hospital.code, study: study.studyInstanceUid }}
            result={conformance.data}
          />
        )}
        <Suspense fallback={null}>
          <SamePerson copy={{ hospital: study.hospital.code, study: study.studyInstanceUid }} />
        </Suspense>
      </div>
    </div>
  );
}
