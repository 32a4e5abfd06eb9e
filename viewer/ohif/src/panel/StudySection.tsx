import type { ConformanceResponse } from '@hutong/conformance';
import React from 'react';
import { pendingMark } from '../conformance/present.ts';
import type { ConformanceState, Failure } from '../conformance/store.ts';
import { say } from '../language.ts';
import { headingOf, useReading } from '../studies.ts';
import { useConformance, type Viewer } from '../viewer.ts';
import words from '../words.ts';
import { ItemCard } from './ItemCard.tsx';
import { HospitalName, HrLabelChip, MarkChip } from './Marks.tsx';
import { SeriesFactsList } from './SeriesFactsList.tsx';

interface Props {
  viewer: Viewer;
  studyInstanceUid: string;
  /** Several studies are open: each says which one it is. */
  named: boolean;
  /** Of several, the one in the active viewport. */
  active: boolean;
}

/** One study's conformance. */
export function StudySection({ viewer, studyInstanceUid, named, active }: Props): React.JSX.Element {
  const state = useConformance(viewer.conformance, studyInstanceUid);
  const reading = useReading(viewer.reading);
  const heading = named ? headingOf(reading, studyInstanceUid) : undefined;
  return (
    <article
      className="ht-study"
      data-cy="hutong-study"
      data-study={studyInstanceUid}
      data-state={state.kind}
      aria-current={active}
    >
      {heading && (
        <h2 className="ht-study-name">
          {[heading.patientName, heading.description].filter(Boolean).join(' · ')}
          <span>{heading.dateTime}</span>
        </h2>
      )}
      <StudyBody viewer={viewer} state={state} onRetry={() => viewer.conformance.refresh(studyInstanceUid)} />
    </article>
  );
}

interface BodyProps {
  viewer: Viewer;
  state: ConformanceState;
  onRetry: () => void;
}

function StudyBody({ viewer, state, onRetry }: BodyProps): React.JSX.Element {
  switch (state.kind) {
    case 'loading':
      return <Skeleton />;
    case 'failed':
      return <Failed failure={state.failure} onRetry={onRetry} />;
    case 'ready':
      return (
        <>
          <Origin response={state.response} />
          {state.refreshFailed && <Failed failure="offline" onRetry={onRetry} />}
          <Result viewer={viewer} response={state.response} />
        </>
      );
  }
}

function Origin({ response }: { response: ConformanceResponse }): React.JSX.Element {
  return (
    <div className="ht-origin">
      <HospitalName name={say(response.hospital.name)} />
      {response.labels.map((label) => (
        <HrLabelChip key={`${label.itemCode} ${label.text} ${label.state}`} label={label} />
      ))}
    </div>
  );
}

function Result({ viewer, response }: { viewer: Viewer; response: ConformanceResponse }): React.JSX.Element {
  const { status, settled, notListed, results, series } = response;
  return (
    <>
      {status === 'pending' && (
        <div className="ht-notice" role="status" data-cy="hutong-pending">
          <MarkChip mark={pendingMark} />
          <p>
            <strong>{say(words.pending)}</strong>
            {say(words.pendingDetail)}
          </p>
        </div>
      )}
      {status === 'done' && !settled && (
        <p className="ht-note" role="note" data-cy="hutong-unsettled">
          {say(words.unsettled)}
        </p>
      )}
      {notListed && (
        <div className="ht-notice" data-cy="hutong-not-listed" data-reason={notListed.reason}>
          <p>
            <strong>{say(words.notListed)}</strong>
            {say(notListed.text)}
          </p>
        </div>
      )}
      {status === 'done' && !notListed && results.length === 0 && (
        <p className="ht-note">{say(words.noResults)}</p>
      )}
      {results.map((item) => (
        <ItemCard key={item.itemCode} viewer={viewer} item={item} settled={settled} />
      ))}
      <SeriesFactsList viewer={viewer} series={series} />
    </>
  );
}

const details: Record<
  Failure,
  (typeof words)['failedOffline' | 'failedAbsent' | 'failedServer' | 'signInNeeded']
> = {
  offline: words.failedOffline,
  absent: words.failedAbsent,
  server: words.failedServer,
  signedOut: words.signInNeeded,
};

function Failed({ failure, onRetry }: { failure: Failure; onRetry: () => void }): React.JSX.Element {
  return (
    <div className="ht-notice ht-notice-failed" role="alert" data-cy="hutong-conformance-failed">
      <p>
        <strong>{say(words.failed)}</strong>
        {say(details[failure])}
      </p>
      {failure === 'signedOut' ? (
        <a className="ht-button" href="/sign-in">
          {say(words.signIn)}
        </a>
      ) : (
        <button type="button" className="ht-button" onClick={onRetry}>
          {say(words.retry)}
        </button>
      )}
    </div>
  );
}

function Skeleton(): React.JSX.Element {
  return (
    <div className="ht-skeleton" role="status" aria-label={say(words.loading)}>
      <span style={{ width: '55%' }} />
      <span style={{ width: '90%' }} />
      <span style={{ width: '75%' }} />
      <span style={{ width: '82%' }} />
    </div>
  );
}
