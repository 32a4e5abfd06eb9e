import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { ReevaluationBody } from '@hutong/server/contract/conformance';
import { cancelReevaluation, isRunning, reevaluationsQuery } from '../api/catalogues.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatCount, formatInstant } from '../format/format.ts';
import { catalogueWords } from '../i18n/catalogues.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';

/** How far a re-evaluation has come, and the way to end it. */
export function ReevaluationProgress({ work }: { work: ReevaluationBody }) {
  const all = useOwnWords(catalogueWords);
  const words = all.reevaluation;
  const client = useQueryClient();
  const { message } = App.useApp();
  const running = isRunning(work);
  const done = work.judged + work.failed;
  const cancel = async (): Promise<void> => {
    try {
      await cancelReevaluation(work.id);
      void message.success(words.cancelled);
    } catch {
      void message.error(all.import.server);
    }
    await client.invalidateQueries({ queryKey: ['reevaluations'] });
  };
  return (
    <li className="reevaluation" data-testid="reevaluation" data-state={work.state} data-reason={work.reason}>
      <div className="reevaluation-head">
        <strong>{words.reason[work.reason]}</strong>
        <span className={`reevaluation-state reevaluation-${work.state}`}>{words.state[work.state]}</span>
        <span className="quiet">{words.by(work.requestedBy, formatInstant(work.requestedAt))}</span>
        {running && (
          <button
            type="button"
            className="text-button"
            onClick={() => void cancel()}
            data-testid="cancel-reevaluation"
          >
            {words.cancel}
          </button>
        )}
      </div>
      <div className={`progress progress-${work.state === 'done' ? 'done' : 'working'}`}>
        <progress
          max={Math.max(1, work.total)}
          value={work.state === 'done' ? Math.max(1, work.total) : done}
          aria-label={words.reason[work.reason]}
        />
        <p className="progress-text">
          <span>{words.progress(formatCount(done), formatCount(work.total))}</span>
          <span>
            {[
              work.changed > 0 ? words.changed(formatCount(work.changed)) : '',
              work.failed > 0 ? words.failed(formatCount(work.failed)) : '',
            ]
              .filter((part) => part !== '')
              .join(' · ')}
          </span>
        </p>
      </div>
    </li>
  );
}

/** All re-evaluations, the newest first. */
export function Reevaluations() {
  const words = useOwnWords(catalogueWords).reevaluation;
  const reevaluations = useQuery(reevaluationsQuery);
  if (reevaluations.isPending) return <DetailSkeleton />;
  if (reevaluations.isError && reevaluations.data === undefined) {
    return (
      <ErrorNotice
        error={reevaluations.error}
        title={words.error}
        onRetry={() => void reevaluations.refetch()}
      />
    );
  }
  if (reevaluations.data.length === 0) {
    return (
      <div className="notice" data-testid="reevaluations-empty">
        <h1>{words.empty.title}</h1>
        <p>{words.empty.text}</p>
      </div>
    );
  }
  return (
    <ul className="reevaluations">
      {reevaluations.data.map((work) => (
        <ReevaluationProgress key={work.id} work={work} />
      ))}
    </ul>
  );
}
