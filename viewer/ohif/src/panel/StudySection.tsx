import type { StudyConformanceBody } from '@hutong/server/contract/conformance';
import React from 'react';
import { pendingMark } from '../conformance/present.ts';
import type { ConformanceState, Failure } from '../conformance/store.ts';
import { say } from '../language.ts';
import { instantText } from '../person.ts';
import { headingOf, useReading } from '../studies.ts';
import { useConformance, type Viewer } from '../viewer.ts';
import words from '../words.ts';
import { DecisionForm } from './DecisionForm.tsx';
import { HistoryList } from './HistoryList.tsx';
import { ItemCard } from './ItemCard.tsx';
import { LabelList } from './LabelList.tsx';
import { HospitalName, HrLabelChip, MarkChip } from './Marks.tsx';
import { RecognitionSection } from './RecognitionSection.tsx';
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
      <StudyBody
        viewer={viewer}
        studyInstanceUid={studyInstanceUid}
        state={state}
        onRetry={() => viewer.conformance.refresh(studyInstanceUid)}
      />
    </article>
  );
}

interface BodyProps {
  viewer: Viewer;
  studyInstanceUid: string;
  state: ConformanceState;
  onRetry: () => void;
}

function StudyBody({ viewer, studyInstanceUid, state, onRetry }: BodyProps): React.JSX.Element {
  switch (state.kind) {
    case 'loading':
      return <Skeleton />;
    case 'failed':
      return <Failed failure={state.failure} onRetry={onRetry} />;
    case 'ready':
      return (
        <>
          <Origin response={state.response} />
          <RecognitionSection hospital={state.response.hospital.code} study={studyInstanceUid} />
          {state.refreshFailed && <Failed failure="offline" onRetry={onRetry} />}
          <Result
            viewer={viewer}
            studyInstanceUid={studyInstanceUid}
            response={state.response}
            onChanged={onRetry}
          />
        </>
      );
  }
}

function Origin({ response }: { response: StudyConformanceBody }): React.JSX.Element {
  return (
    <div className="ht-origin">
      <HospitalName name={say(response.hospital.name)} />
      {response.labels.map((label) => (
        <HrLabelChip key={`${label.itemCode} ${label.text} ${label.state}`} label={label} />
      ))}
    </div>
  );
}

interface ResultProps {
  viewer: Viewer;
  studyInstanceUid: string;
  response: StudyConformanceBody;
  /** Something was decided: the result is to be read again. */
  onChanged: () => void;
}

function Result({ viewer, studyInstanceUid, response, onChanged }: ResultProps): React.JSX.Element {
  const { status, settled, notListed, results, series, mayDecide } = response;
  const copy = { hospital: response.hospital.code, study: studyInstanceUid };
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
        <ItemCard key={item.itemCode} viewer={viewer} item={item} series={series} settled={settled}>
          {mayDecide && status === 'done' && <DecisionForm copy={copy} item={item} onChanged={onChanged} />}
        </ItemCard>
      ))}
      <LabelList copy={copy} newest={historyMark(response)} />
      <SeriesFactsList viewer={viewer} series={series} />
      {status === 'done' && <HistoryList copy={copy} newest={historyMark(response)} />}
      <Provenance response={response} />
    </>
  );
}

/** Changes whenever the history has something new. */
const historyMark = ({ evaluatedAt, results, labels }: StudyConformanceBody): string =>
  JSON.stringify([
    evaluatedAt,
    results.map(({ decision }) => decision?.id ?? null),
    labels.map(({ text, itemCode, state }) => [text, itemCode, state]),
  ]);

/** With which list and rules the result was made, and when. */
function Provenance({ response }: { response: StudyConformanceBody }): React.JSX.Element | null {
  const { catalogue, engineVersion, evaluatedAt } = response;
  if (catalogue === null) return null;
  const parts = [
    `${say(words.catalogue)} ${say(catalogue.title)} ${catalogue.id} ${catalogue.version}`,
    engineVersion === null ? '' : `${say(words.engine)} ${engineVersion}`,
    evaluatedAt === null ? '' : `${say(words.judgedAt)} ${instantText(evaluatedAt)}`,
  ];
  return (
    <p className="ht-provenance" data-cy="hutong-provenance">
      {parts.filter(Boolean).join(' · ')}
    </p>
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
