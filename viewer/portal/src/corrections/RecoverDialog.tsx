import { useState } from 'react';
import type { CorrectionEvent } from '@hutong/server/contract';
import { recoverCopy, type Copy, type GivenReason } from '../api/corrections.ts';
import { formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { ActionDialog } from './ActionDialog.tsx';
import { eventWords } from './eventWords.ts';
import { isGiven, ReasonFields } from './ReasonFields.tsx';

/** Undoes one event, or all that was deleted and rejected of the copy (`event` null). */
export function RecoverDialog({
  copy,
  event,
  onClose,
}: {
  copy: Copy;
  event: CorrectionEvent | null;
  onClose: () => void;
}) {
  const { t } = useWords();
  const words = t.corrections.recover;
  const [reason, setReason] = useState<GivenReason>({ code: 'MISTAKE', text: '' });
  return (
    <ActionDialog
      title={words.title}
      confirm={words.confirm}
      ready={isGiven(reason)}
      act={async () => {
        const made = await recoverCopy(copy, event?.id ?? null, reason);
        return made === 0 ? words.nothing : words.done;
      }}
      onClose={onClose}
    >
      <p>{event === null ? words.study : words.one(eventWords(event, t), formatInstant(event.at))}</p>
      <ReasonFields reason={reason} onChange={setReason} />
    </ActionDialog>
  );
}
