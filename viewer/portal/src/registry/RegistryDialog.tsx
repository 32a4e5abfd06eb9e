import { type ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { refreshRegistry } from '../api/registry.ts';
import { FormDialog } from '../app/FormDialog.tsx';
import { registryWords } from '../i18n/registry.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { useAct } from '../people/useAct.ts';
import { useErrorText } from '../worklist/EmptyStates.tsx';

/** A dialog that changes the registry, and says what it does not take. */
export function RegistryDialog({
  title,
  hint,
  ready,
  confirm,
  onSave,
  onClose,
  children,
}: {
  title: string;
  hint?: string;
  ready: boolean;
  confirm?: string;
  onSave: () => Promise<unknown>;
  onClose: () => void;
  children: ReactNode;
}) {
  const marks = useMarks();
  const words = useOwnWords(registryWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const act = useAct();
  const said = useErrorText(act.error ?? new Error(words.failed));
  return (
    <FormDialog
      title={title}
      words={{ cancel: words.cancel, confirm: confirm ?? words.save, busy: words.saving }}
      ready={ready}
      busy={act.busy}
      width={520}
      confirmId="registry-confirm"
      onClose={onClose}
      onSubmit={async () => {
        const done = await act.run(async () => {
          await onSave();
          await refreshRegistry(client);
        });
        if (!done) return;
        void message.success(words.saved);
        onClose();
      }}
    >
      {hint !== undefined && <p className="registry-hint">{hint}</p>}
      {children}
      {act.error !== null && (
        <p className="registry-fault" role="alert">
          {marks.said(words.failed, said.text)}
        </p>
      )}
    </FormDialog>
  );
}

/** A field of a dialog with its name above it. */
export function Field({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    <label className="registry-field">
      <span>{label}</span>
      {children}
      {hint !== undefined && <small className="quiet">{hint}</small>}
    </label>
  );
}
