import { memo } from 'react';
import type { ReviewBody } from '@hutong/server/contract/conformance';
import { DecisionMark } from '../conformance/DecisionMark.tsx';
import { formatAge, formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { reviewWords } from '../i18n/reviews.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { reviewKey } from './reviewFilters.ts';

export const reviewRowId = (review: ReviewBody): string => `review-${reviewKey(review)}`;

/** Patient, item and hospital on one line; what is undecided, and what would decide it, below. */
export const ReviewRow = memo(function ReviewRow({
  review,
  active,
  onOpen,
}: {
  review: ReviewBody;
  active: boolean;
  onOpen: (review: ReviewBody) => void;
}) {
  const { t, language, pick } = useWords();
  const words = useOwnWords(reviewWords);
  const { patient } = review;
  const sex = patient.sex in t.sex ? t.sex[patient.sex as keyof typeof t.sex] : '';
  const facts = [sex, formatAge(patient.age, t, language)].filter((fact) => fact !== '').join(' ');
  const [first, ...others] = review.undecided;
  const why = first === undefined ? pick(review.summary) : pick(first.reason);
  return (
    <li
      id={reviewRowId(review)}
      role="option"
      aria-selected={active}
      className={active ? 'review-row review-row-active' : 'review-row'}
      onClick={() => onOpen(review)}
      data-testid="review-row"
      data-uid={review.studyInstanceUid}
      data-item={review.itemCode}
      data-stale={review.staleDecision !== null}
    >
      <div className="review-line">
        <span className={patient.name === '' ? 'review-patient unknown' : 'review-patient'}>
          {patient.name === '' ? t.unnamedPatient : patient.name}
        </span>
        <span className="review-facts">{facts}</span>
        <span className="review-item">{pick(review.itemName)}</span>
        {review.staleDecision !== null && <DecisionMark state="stale" />}
        <time className="review-date" title={`${words.received} ${formatInstant(review.receivedAt)}`}>
          {review.studyDate}
        </time>
      </div>
      <div className="review-line review-why">
        {first !== undefined && (
          <span className="review-undecided">
            {pick(first.label)}
            {others.length > 0 && ` +${others.length}`}
          </span>
        )}
        <span className="review-reason" title={why}>
          {why}
        </span>
        <span className="review-hospital">{pick(review.hospital.name)}</span>
      </div>
    </li>
  );
});
