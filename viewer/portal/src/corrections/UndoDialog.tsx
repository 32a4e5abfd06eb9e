import { useState } from 'react';
import type { PatientCorrectionBody } from '@hutong/server/contract';
import { type GivenReason, undoCorrection } from '../api/corrections.ts';
import { formatCount, formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { ActionDialog } from './ActionDialog.tsx';
import { isGiven, ReasonFields } from './ReasonFields.tsx';

/** Undoes a correction of patient data, in all of its studies. */
export function UndoDialog({
  correction,
  onClose,
}: {
  correction: PatientCorrectionBody;
  onClose: () => void;
}) {
  const { t } = useWords();
  const words = t.corrections.undo;
  const { kind } = t.corrections;
  const isMerge = correction.kind === 'patientMerge';
  const [reason, setReason] = useState<GivenReason>({ code: 'MISTAKE', text: '' });
  return (
    <ActionDialog
      title={words.title}
      confirm={words.confirm}
      ready={isGiven(reason)}
      act={async () => {
        await undoCorrection(correction.id, reason);
        return words.done;
      }}
      onClose={onClose}
    >
      <p>{words.one(isMerge ? kind.merge : kind.patient, formatInstant(correction.at))}</p>
      <p>{words.studies(formatCount(correction.progress.studies))}</p>
      {isMerge && <p>{words.merge}</p>}
      <ReasonFields reason={reason} onChange={setReason} />
    </ActionDialog>
  );
}
