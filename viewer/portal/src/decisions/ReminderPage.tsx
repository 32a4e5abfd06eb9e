import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { OfferedReason } from '@hutong/recognition';
import type { ReminderMatchBody, ReminderPageBody } from '@hutong/server/contract/recognition';
import { openMatch, recognitionKey, reminderQuery } from '../api/recognition.ts';
import { Icon } from '../app/Icon.tsx';
import { PageHead } from '../app/PageHead.tsx';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { formatCount, formatInstant } from '../format/format.ts';
import { decisionsWords } from '../i18n/decisions.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { EmptyNotice, ErrorNotice } from '../worklist/EmptyStates.tsx';
import { viewerHref } from '../worklist/study.ts';
import { DecideForm } from './DecideForm.tsx';
import '../styles/corrections.css';
import '../styles/recognition.css';

/** One reminder: for whom what is about to be ordered, what exists already, and what the doctor does about it. */
export default function ReminderPage({ reminder }: { reminder: string }) {
  const words = useOwnWords(decisionsWords);
  const { data, error, refetch } = useQuery(reminderQuery(reminder));
  return (
    <main className="page" data-testid="reminder-page">
      <div className="page-column recognition-page">
        <PageHead title={words.reminder.title}>
          <Link to="/recognition/decisions" className="button">
            {words.reminder.back}
          </Link>
        </PageHead>
        {error !== null && data === undefined && (
          <ErrorNotice error={error} title={words.reminder.failed} onRetry={() => void refetch()} />
        )}
        {data === undefined && error === null && <DetailSkeleton />}
        {data !== undefined && <Loaded page={data} />}
      </div>
    </main>
  );
}

function Loaded({ page }: { page: ReminderPageBody }) {
  const marks = useMarks();
  const { pick } = useWords();
  const all = useOwnWords(decisionsWords);
  const words = all.reminder;
  const { patient, exam, matches } = page;
  const facts: readonly (readonly [string, string])[] = [
    [
      words.patient,
      [
        patient.name,
        all.sexes[patient.sex] ?? '',
        patient.birthDate,
        patient.patientId,
        all.classes[page.patientClass],
      ]
        .filter(Boolean)
        .join(' · '),
    ],
    [
      words.ordered,
      [exam.name || exam.code, marks.list(exam.items.map(({ code, name }) => `${code} ${pick(name)}`))]
        .filter(Boolean)
        .join(' · '),
    ],
    [words.order, page.orderNumber],
    [
      words.department,
      [pick(page.hospital.name), page.department, page.practitioner].filter(Boolean).join(' · '),
    ],
    [words.at, formatInstant(page.createdAt)],
  ];
  return (
    <>
      <dl className="recognition-facts">
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {matches.length === 0 ? (
        <EmptyNotice testId="no-matches" title={words.none} text={words.noneText} />
      ) : (
        <>
          <h2>{words.of(formatCount(matches.length))}</h2>
          <ul className="recognition-matches">
            {matches.map((match) => (
              <Match key={match.position} reminder={page.id} match={match} reasons={page.reasons} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Match({
  reminder,
  match,
  reasons,
}: {
  reminder: string;
  match: ReminderMatchBody;
  reasons: readonly OfferedReason[];
}) {
  const { pick } = useWords();
  const all = useOwnWords(decisionsWords);
  const words = all.reminder;
  const age =
    match.ageDays === null ? '' : match.ageDays === 0 ? words.today : words.ago(formatCount(match.ageDays));
  return (
    <li className="recognition-match" data-testid="match">
      <div className="recognition-match-head">
        <h3>
          {pick(match.item.name)} <span className="quiet">{match.item.code}</span>
        </h3>
        <div className="hr-labels">
          {match.labels.map((label) => (
            <span key={label} className={match.inForce ? 'hr-label' : 'hr-label hr-label-withdrawn'}>
              {label}
            </span>
          ))}
        </div>
      </div>
      <p className="recognition-where">
        <strong>{pick(match.hospital.name)}</strong>
        <span>{match.studyDate === '' ? words.noDate : match.studyDate}</span>
        {age !== '' && <span className="quiet">{age}</span>}
      </p>
      <p>
        <span className={`recognition-word recognition-word-${match.word}`}>{all.words[match.word]}</span>{' '}
        <span className="quiet">{pick(match.because)}</span>
      </p>
      {match.own && <p className="quiet">{words.own}</p>}
      {!match.inForce && !match.own && match.decision === null && (
        <p className="recognition-warning" role="note">
          {words.notInForce}
        </p>
      )}
      <OpenPictures reminder={reminder} match={match} />
      {!match.own && <DecideForm reminder={reminder} match={match} reasons={reasons} />}
    </li>
  );
}

function OpenPictures({ reminder, match }: { reminder: string; match: ReminderMatchBody }) {
  const all = useOwnWords(decisionsWords);
  const words = all.reminder;
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const open = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const opened = await openMatch(reminder, match.position);
      if (opened !== null) window.location.assign(viewerHref(opened.studyInstanceUid, match.hospital.code));
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(words.openFailed));
      await client.invalidateQueries({ queryKey: recognitionKey });
    }
    setBusy(false);
  };
  if (match.opens === 'no') return match.inForce ? <p className="quiet">{words.closed}</p> : null;
  return (
    <>
      <div className="recognition-bar">
        <button
          type="button"
          className={match.viewed ? 'button' : 'button button-primary'}
          disabled={busy}
          aria-busy={busy}
          onClick={() => void open()}
          data-testid="open-images"
        >
          {busy ? words.opening : words.open}
        </button>
        {match.viewed && (
          <span className="quiet recognition-viewed">
            <Icon name="check" size={14} />
            {words.viewed}
          </span>
        )}
      </div>
      {error !== null && (
        <FailedLine
          error={error}
          title={words.openFailed}
          network={all.decide.network}
          server={all.decide.server}
        />
      )}
    </>
  );
}
