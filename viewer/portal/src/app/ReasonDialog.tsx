import { type ReactNode, useState } from 'react';
import { Input } from 'antd';
import { useAct } from '../people/useAct.ts';
import { useErrorText } from '../worklist/EmptyStates.tsx';
import { FormDialog } from './FormDialog.tsx';

interface ReasonDialogProps {
  title: string;
  /** What follows from what is about to be done. */
  text?: string | undefined;
  words: { reason: string; hint?: string; cancel: string; confirm: string; busy: string; failed: string };
  /** What is asked for beside the reason is there. */
  ready?: boolean | undefined;
  /** Characters that a reason has at least. */
  least?: number;
  /** Test ids begin with it. */
  name: string;
  /** What to say of an error that the feature itself knows; null: as of any other. */
  sayError?: (error: Error) => string | null;
  onDo: (reason: string) => Promise<unknown>;
  onClose: () => void;
  children?: ReactNode;
}

/** Says what follows, asks for the reason and does it; what fails is said and the reason kept. */
export function ReasonDialog({
  title,
  text,
  words,
  ready = true,
  least = 1,
  name,
  sayError = () => null,
  onDo,
  onClose,
  children,
}: ReasonDialogProps) {
  const [reason, setReason] = useState('');
  const act = useAct();
  const said = useErrorText(act.error ?? new Error(words.failed));
  return (
    <FormDialog
      title={title}
      words={words}
      ready={ready && reason.trim().length >= least}
      busy={act.busy}
      width={520}
      confirmId={`${name}-confirm`}
      onClose={onClose}
      onSubmit={async () => {
        if (await act.run(() => onDo(reason.trim()))) onClose();
      }}
    >
      {text !== undefined && <p className="quiet">{text}</p>}
      {children}
      <label className="field">
        {words.reason}
        <Input.TextArea
          rows={3}
          value={reason}
          maxLength={500}
          placeholder={words.hint}
          onChange={({ target }) => setReason(target.value)}
          data-testid={`${name}-reason`}
        />
      </label>
      {act.error !== null && (
        <p className="dialog-failed" role="alert">
          {words.failed}：{sayError(act.error) ?? said.text}
        </p>
      )}
    </FormDialog>
  );
}
