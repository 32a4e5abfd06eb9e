import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { PatientCorrectionBody } from '@hutong/server/contract';
import { refreshAfterCorrection, retryCorrection } from '../api/corrections.ts';
import { formatCount } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';

/** How far the rewriting of images has come, and what to do about those that could not be. */
export function PatientProgress({ correction }: { correction: PatientCorrectionBody }) {
  const { t } = useWords();
  const words = t.corrections.patient;
  const client = useQueryClient();
  const [asked, setAsked] = useState(false);
  const { instances, corrected, failed, studies } = correction.progress;
  const text = {
    working: words.working,
    done: words.done,
    incomplete: words.incomplete(formatCount(failed)),
  }[correction.state];
  const retry = async (): Promise<void> => {
    setAsked(true);
    await retryCorrection(correction.id).catch(() => undefined);
    await refreshAfterCorrection(client);
    setAsked(false);
  };
  return (
    <div
      className={`progress progress-${correction.state}`}
      data-testid="patient-progress"
      data-state={correction.state}
    >
      <progress
        max={Math.max(1, instances)}
        value={instances === 0 ? 1 : corrected + failed}
        aria-label={text}
      />
      <span className="progress-text" role="status">
        {text}
        <span className="quiet">
          {words.progress(formatCount(corrected), formatCount(instances))}
          {studies > 1 && ` · ${words.studies(formatCount(studies))}`}
        </span>
      </span>
      {correction.state === 'working' && <span className="quiet">{words.shown}</span>}
      {correction.state === 'incomplete' && (
        <button type="button" className="text-button" disabled={asked} onClick={() => void retry()}>
          {words.retry}
        </button>
      )}
    </div>
  );
}
