import { useState } from 'react';
import { Checkbox } from 'antd';
import type { KeptAsideBody } from '@hutong/server/contract';
import { decide, type GivenReason } from '../api/corrections.ts';
import { ApiError } from '../api/http.ts';
import { formatCount } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { ActionDialog } from './ActionDialog.tsx';
import { isGiven, ReasonFields } from './ReasonFields.tsx';

/** Decides about one entry, or about all that arrived with it, one after the other. */
export function DecisionDialog({
  entry,
  group,
  decision,
  onClose,
}: {
  entry: KeptAsideBody;
  group: readonly KeptAsideBody[];
  decision: 'accept' | 'discard';
  onClose: () => void;
}) {
  const { t } = useWords();
  const words = t.corrections.pending;
  const [reason, setReason] = useState<GivenReason>({ code: '', text: '' });
  const [forAll, setForAll] = useState(group.length > 1);
  const [done, setDone] = useState(0);
  const isNote = entry.kind === 'REJECTION_NOTE';
  const title = isNote
    ? { accept: words.acceptNote, discard: words.discardNote }
    : { accept: words.acceptTitle, discard: words.discardTitle };
  const means = isNote
    ? { accept: words.acceptNoteMeans, discard: words.discardNoteMeans }
    : { accept: words.acceptMeans, discard: words.discardMeans };
  const chosen = forAll ? group : [entry];

  const act = async (): Promise<string> => {
    let [decided, failed] = [0, 0];
    for (const each of chosen) {
      try {
        await decide(each, decision, reason);
        decided += 1;
      } catch (error) {
        // What somebody else decided meanwhile is no reason to stop; that nobody answers is.
        if (chosen.length === 1 || !(error instanceof ApiError) || error.status !== 404) throw error;
        failed += 1;
      }
      setDone(decided + failed);
    }
    return failed === 0 ? words.done : words.someFailed(formatCount(decided), formatCount(failed));
  };
  return (
    <ActionDialog
      title={title[decision]}
      confirm={words.confirm}
      ready={isGiven(reason)}
      danger={isNote && decision === 'accept'}
      progress={words.deciding(formatCount(done), formatCount(chosen.length))}
      act={act}
      onClose={onClose}
    >
      <p className="dialog-means">{means[decision]}</p>
      {group.length > 1 && (
        <Checkbox checked={forAll} onChange={(event) => setForAll(event.target.checked)}>
          {words.forAll(formatCount(group.length))}
        </Checkbox>
      )}
      <ReasonFields reason={reason} onChange={setReason} />
    </ActionDialog>
  );
}
