import { useQuery } from '@tanstack/react-query';
import type { JudgedItemBody, ReviewBody } from '@hutong/server/contract/conformance';
import { conformanceQuery } from '../api/queries.ts';
import { Icon } from '../app/Icon.tsx';
import { ConformanceResult } from '../conformance/ConformanceResult.tsx';
import type { Choice } from '../conformance/decision.ts';
import { DecisionPanel } from '../conformance/DecisionPanel.tsx';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatAge, formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { reviewWords } from '../i18n/reviews.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { viewerHref } from '../worklist/study.ts';

interface DetailProps {
  review: ReviewBody;
  choice: Choice | null;
  onChoice: (choice: Choice | null) => void;
  onDecided: () => void;
  onClose: () => void;
  onStep: (by: 1 | -1) => void;
}

function Head({ review, onClose, onStep }: Pick<DetailProps, 'review' | 'onClose' | 'onStep'>) {
  const { t, language, pick } = useWords();
  const words = useOwnWords(reviewWords);
  const { patient } = review;
  const sex = patient.sex in t.sexLong ? t.sexLong[patient.sex as keyof typeof t.sexLong] : '';
  const facts = [
    sex,
    formatAge(patient.age, t, language),
    review.studyDate,
    review.modalities.join(' '),
    pick(review.hospital.name),
  ];
  return (
    <header className="review-head">
      <div className="detail-title">
        <h2>{patient.name === '' ? t.unnamedPatient : patient.name}</h2>
        <span className="detail-facts">{facts.filter((fact) => fact !== '').join(' · ')}</span>
        <span className="review-steps">
          <button
            type="button"
            className="icon-button review-back"
            onClick={onClose}
            aria-label={words.back}
            title={`${words.back} Esc`}
          >
            <Icon name="close" size={14} />
          </button>
          <button
            type="button"
            className="icon-button"
            onClick={() => onStep(-1)}
            aria-label={words.previous}
            title={`${words.previous} K`}
          >
            <span className="upward">
              <Icon name="chevron" size={14} />
            </span>
          </button>
          <button
            type="button"
            className="icon-button"
            onClick={() => onStep(1)}
            aria-label={words.next}
            title={`${words.next} J`}
          >
            <Icon name="chevron" size={14} />
          </button>
        </span>
      </div>
      <div className="review-head-line">
        <p className="detail-exam">{review.description === '' ? t.unnamedExam : review.description}</p>
        <a
          className="button"
          href={viewerHref(review.studyInstanceUid, review.hospital.code)}
          target="_blank"
          rel="noopener"
          title={`${words.openImages} O`}
          data-testid="review-images"
        >
          <Icon name="open" size={14} />
          {words.openImages}
        </a>
      </div>
    </header>
  );
}

/** What is undecided, and what would decide it: the question before its evidence. */
function Question({ review }: { review: ReviewBody }) {
  const { pick } = useWords();
  const words = useOwnWords(reviewWords);
  const { undecided, staleDecision } = review;
  if (undecided.length === 0 && staleDecision !== null) return null;
  return (
    <section className="question" data-testid="review-question">
      <h3>{words.undecided}</h3>
      {undecided.length === 0 ? (
        <p>{pick(review.summary) || words.nothingUndecided}</p>
      ) : (
        <dl>
          {undecided.map(({ id, label, reason }) => (
            <div key={id}>
              <dt>{pick(label)}</dt>
              <dd>{pick(reason)}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

/** One item that waits: the question, the way to decide, and the evidence. */
export function ReviewDetail({ review, choice, onChoice, onDecided, onClose, onStep }: DetailProps) {
  const { t } = useWords();
  const words = useOwnWords(reviewWords);
  const copy = { hospital: review.hospital.code, study: review.studyInstanceUid };
  const conformance = useQuery(conformanceQuery(copy.hospital, copy.study, review.evidence));
  const result = conformance.data;
  const item = result?.results.find(({ itemCode }) => itemCode === review.itemCode);
  const decisionOf = (each: JudgedItemBody) =>
    result?.mayDecide === true ? (
      <DecisionPanel copy={copy} item={each} choice={choice} onChoice={onChoice} onDecided={onDecided} keys />
    ) : (
      <p className="quiet">{words.decide.viewOnly}</p>
    );
  return (
    <div className="review-detail" data-testid="review-detail" data-item={review.itemCode}>
      <Head review={review} onClose={onClose} onStep={onStep} />
      <div className="detail-scroll">
        <Question review={review} />
        {conformance.isPending && <DetailSkeleton />}
        {conformance.isError && (
          <ErrorNotice
            error={conformance.error}
            title={t.detail.missing}
            onRetry={() => void conformance.refetch()}
          />
        )}
        {result !== undefined && item === undefined && (
          <div className="detail-note" role="status" data-testid="review-gone">
            <h3>{words.gone.title}</h3>
            <p>{words.gone.text}</p>
          </div>
        )}
        {result !== undefined && (
          <ConformanceResult copy={copy} result={result} itemCode={review.itemCode} decisionOf={decisionOf} />
        )}
        <p className="quiet review-received">
          {words.received} {formatInstant(review.receivedAt)}
          {!review.settled && ` · ${words.unsettled}`}
        </p>
      </div>
    </div>
  );
}
