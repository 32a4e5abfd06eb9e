import { useState, type ReactNode } from 'react';
import { Input } from 'antd';
import { FormDialog } from '../app/FormDialog.tsx';
import { personWords } from '../i18n/persons.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useAct } from '../people/useAct.ts';
import { useErrorText } from '../worklist/EmptyStates.tsx';

/** Says what follows from a decision, asks for the reason, and decides; what fails is said and the reason kept. */
export function ReasonDialog({
  title,
  text,
  ready = true,
  onDo,
  onClose,
  children,
}: {
  title: string;
  text: string;
  /** What is asked for beside the reason is there. */
  ready?: boolean;
  onDo: (reason: string) => Promise<unknown>;
  onClose: () => void;
  children?: ReactNode;
}) {
  const words = useOwnWords(personWords);
  const [reason, setReason] = useState('');
  const act = useAct();
  const said = useErrorText(act.error ?? new Error(words.failed));
  return (
    <FormDialog
      title={title}
      words={{ cancel: words.cancel, confirm: words.confirm, busy: words.busy }}
      ready={ready && reason.trim().length >= 2}
      busy={act.busy}
      width={520}
      confirmId="person-confirm"
      onClose={onClose}
      onSubmit={async () => {
        if (await act.run(() => onDo(reason.trim()))) onClose();
      }}
    >
      <p className="person-hint">{text}</p>
      {children}
      <label className="person-field">
        {words.reason}
        <Input.TextArea
          rows={2}
          value={reason}
          maxLength={500}
          placeholder={words.reasonHint}
          onChange={({ target }) => setReason(target.value)}
          data-testid="person-reason"
        />
      </label>
      {act.error !== null && (
        <p className="person-error" role="alert">
          {words.failed}：{act.error.message === 'no-patient' ? words.search.nothing : said.text}
        </p>
      )}
    </FormDialog>
  );
}
