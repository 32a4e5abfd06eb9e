import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import type { RecognitionDecisionBody } from '@hutong/server/contract/recognition';
import { correctDecision, offeredReasonsQuery } from '../api/recognition.ts';
import { FormDialog } from '../app/FormDialog.tsx';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { Choice } from '../corrections/Choice.tsx';
import { decisionsWords } from '../i18n/decisions.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { isComplete, ReasonFields } from './ReasonFields.tsx';

/** Says what should have been decided; what was said before stays as history. */
export function CorrectDialog({
  decision,
  onClose,
  onCorrected,
}: {
  decision: RecognitionDecisionBody;
  onClose: () => void;
  onCorrected: (decision: RecognitionDecisionBody | null) => void;
}) {
  const all = useOwnWords(decisionsWords);
  const { data } = useQuery(offeredReasonsQuery);
  const reasons = data?.reasons ?? [];
  const [kind, setKind] = useState<'recognised' | 'examinedAgain'>(
    decision.kind === 'examinedAgain' ? 'examinedAgain' : 'recognised',
  );
  const [department, setDepartment] = useState(decision.department);
  const [draft, setDraft] = useState({
    reasonCode: decision.reasonCode === '' ? null : decision.reasonCode,
    reasonText: decision.reasonText ?? '',
    patientInformed: decision.patientInformed,
  });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const submit = async (): Promise<void> => {
    const { reasonCode, reasonText, patientInformed } = draft;
    setBusy(true);
    setError(null);
    try {
      const said =
        kind === 'examinedAgain' && reasonCode !== null
          ? { kind, reasonCode, reasonText: reasonText.trim(), patientInformed }
          : { kind: 'recognised' as const };
      onCorrected(await correctDecision(decision.id, { ...said, department: department.trim() }));
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(all.decide.failed));
      setBusy(false);
    }
  };
  return (
    <FormDialog
      title={all.list.correctTitle}
      words={{ cancel: all.decide.cancel, confirm: all.list.correct, busy: all.decide.saving }}
      ready={kind === 'recognised' || isComplete(draft, reasons)}
      busy={busy}
      width={520}
      confirmId="confirm-correction"
      onSubmit={submit}
      onClose={onClose}
    >
      <Choice
        label={all.list.kind}
        value={kind}
        options={[
          ['recognised', all.kinds.recognised],
          ['examinedAgain', all.kinds.examinedAgain],
        ]}
        onChange={setKind}
      />
      {kind === 'examinedAgain' && <ReasonFields draft={draft} reasons={reasons} onChange={setDraft} />}
      <label className="field">
        <span className="field-label">{all.list.department}</span>
        <Input
          value={department}
          maxLength={64}
          onChange={({ target }) => setDepartment(target.value)}
          data-testid="correct-department"
        />
      </label>
      {error !== null && (
        <FailedLine
          error={error}
          title={all.decide.failed}
          network={all.decide.network}
          server={all.decide.server}
        />
      )}
    </FormDialog>
  );
}
