import { useState } from 'react';
import { Input } from 'antd';
import { FormDialog } from '../app/FormDialog.tsx';
import { labelWords } from '../i18n/labels.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useAct } from '../people/useAct.ts';
import { useErrorText } from '../worklist/EmptyStates.tsx';

/** Asks for a reason and does something with it; what fails is said and the reason kept. */
export function ReasonDialog({
  title,
  text,
  label,
  confirm,
  onDo,
  onClose,
}: {
  title: string;
  text?: string;
  label: string;
  confirm: string;
  onDo: (reason: string) => Promise<void>;
  onClose: () => void;
}) {
  const words = useOwnWords(labelWords);
  const [reason, setReason] = useState('');
  const act = useAct();
  const said = useErrorText(act.error ?? new Error(words.failed));
  return (
    <FormDialog
      title={title}
      words={{ cancel: words.cancel, confirm, busy: words.busy }}
      ready={reason.trim() !== ''}
      busy={act.busy}
      width={480}
      confirmId="reason-confirm"
      onClose={onClose}
      onSubmit={async () => {
        if (await act.run(() => onDo(reason.trim()))) onClose();
      }}
    >
      {text !== undefined && <p className="labels-hint">{text}</p>}
      <label className="labels-field">
        {label}
        <Input.TextArea
          rows={3}
          value={reason}
          maxLength={500}
          onChange={({ target }) => setReason(target.value)}
          data-testid="reason"
        />
      </label>
      {act.error !== null && (
        <p className="labels-error" role="alert">
          {words.failed}：{said.text}
        </p>
      )}
    </FormDialog>
  );
}
