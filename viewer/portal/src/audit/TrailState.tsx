import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { AuditDestination, AuditStatus } from '@hutong/server/contract/audit';
import { auditStatusQuery, beginVerification } from '../api/audit.ts';
import { formatCount, formatInstant } from '../format/format.ts';
import { auditWords } from '../i18n/audit.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';

function Destination({ state }: { state: AuditDestination }) {
  const { trail } = useOwnWords(auditWords);
  const { begun, waiting, waitingSince, failures, lastError, rejected } = state;
  const isWell = begun && failures === 0 && rejected === 0;
  return (
    <li>
      <span className="quiet">{trail.destination}</span> <code>{state.destination}</code>{' '}
      <span className={isWell ? 'quiet' : 'audit-refused'}>
        {[
          !begun
            ? trail.notBegun
            : waiting === 0
              ? trail.upToDate
              : trail.waiting(formatCount(waiting), formatInstant(waitingSince ?? '')),
          ...(failures === 0 ? [] : [trail.failing(failures, lastError ?? '')]),
          ...(rejected === 0 ? [] : [trail.rejected(formatCount(rejected))]),
        ].join(' · ')}
      </span>
    </li>
  );
}

/** What the last verification found, how far one is that is at work, and how far the export of the trail is. */
export function TrailState({ status }: { status: AuditStatus }) {
  const { trail } = useOwnWords(auditWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [isAsking, setIsAsking] = useState(false);
  const { newest, finished } = status.verification;
  const isRunning = newest?.running === true;
  const verify = async (): Promise<void> => {
    setIsAsking(true);
    try {
      await beginVerification();
    } catch (error) {
      void message.error(error instanceof Error ? error.message : trail.never);
    }
    await client.invalidateQueries({ queryKey: auditStatusQuery.queryKey });
    setIsAsking(false);
  };
  const at = formatInstant(finished?.finishedAt ?? '');
  const isSound = finished !== null && finished.faults.length === 0;
  const result =
    finished === null
      ? newest !== null && !isRunning
        ? trail.cut(formatInstant(newest.startedAt))
        : trail.never
      : isSound
        ? trail.passed(at, formatCount(finished.events))
        : trail.failed(at, formatCount(finished.faults.length));
  return (
    <section className="audit-trail" aria-label={trail.title} data-testid="audit-trail">
      <p>
        {isRunning ? (
          <>
            <progress max={Math.max(1, newest.writers)} value={newest.writersDone} aria-label={trail.title} />
            <span role="status">
              {trail.running(
                formatCount(newest.writersDone),
                formatCount(newest.writers),
                formatCount(newest.events),
              )}
            </span>
          </>
        ) : (
          <span
            className={finished === null ? 'quiet' : isSound ? 'audit-success' : 'audit-failed'}
            data-testid="audit-verified"
          >
            {result}
          </span>
        )}
        {!isRunning && finished !== null && (
          <span className="quiet">{trail.anchors(formatCount(finished.anchors))}</span>
        )}
        {status.wholeRegion && !isRunning && (
          <button
            type="button"
            className="text-button"
            disabled={isAsking}
            onClick={() => void verify()}
            data-testid="audit-verify"
          >
            {trail.verify}
          </button>
        )}
      </p>
      <ul>
        {finished?.faults.slice(0, 5).map(({ writerId, batch, fault }) => (
          <li key={`${writerId}-${batch}-${fault}`} className="audit-failed">
            {trail.fault[fault] ?? fault}: {writerId.slice(0, 8)} #{batch}
          </li>
        ))}
        {status.destinations?.map((state) => (
          <Destination key={state.destination} state={state} />
        ))}
        {status.destinations?.length === 0 && <li className="quiet">{trail.none}</li>}
      </ul>
    </section>
  );
}
