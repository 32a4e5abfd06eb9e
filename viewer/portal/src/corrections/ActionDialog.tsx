import { useId, useState, type ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App, Modal } from 'antd';
import { refreshAfterCorrection } from '../api/corrections.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { useWords } from '../i18n/language.ts';

/**
 * A dialog that asks before something is done. Escape closes it; Enter in a field confirms, except where `danger`
 * asks for the button itself. What was refused is said in it, with everything that was filled in.
 */
export function ActionDialog({
  title,
  confirm,
  ready,
  danger = false,
  progress,
  act,
  onClose,
  children,
}: {
  title: string;
  confirm: string;
  ready: boolean;
  danger?: boolean;
  /** Words on the button while it works. */
  progress?: string;
  /** Does it and answers the words to say afterwards. */
  act: () => Promise<string>;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useWords();
  const form = useId();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);

  const run = async (): Promise<void> => {
    if (!ready || busy) return;
    setBusy(true);
    setError(null);
    try {
      const done = await act();
      void message.success(done);
      onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      setBusy(false);
      void refreshAfterCorrection(client);
    }
  };
  return (
    <Modal
      open
      title={title}
      onCancel={() => {
        if (!busy) onClose();
      }}
      mask={{ closable: false }}
      width={520}
      centered
      rootClassName={danger ? 'action-dialog action-dialog-danger' : 'action-dialog'}
      footer={
        <>
          <button type="button" className="button" onClick={onClose} disabled={busy}>
            {t.corrections.cancel}
          </button>
          <button
            type={danger ? 'button' : 'submit'}
            form={form}
            className={danger ? 'button button-danger' : 'button button-primary'}
            disabled={!ready || busy}
            aria-busy={busy}
            onClick={danger ? () => void run() : undefined}
            data-testid="dialog-confirm"
          >
            {busy && <span className="pulse" />}
            {busy && progress !== undefined ? progress : confirm}
          </button>
        </>
      }
    >
      <form
        id={form}
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!danger) void run();
        }}
      >
        {children}
        {error !== null && (
          <FailedLine
            error={error}
            title={t.corrections.failed}
            network={t.corrections.network}
            server={t.corrections.server}
          />
        )}
      </form>
    </Modal>
  );
}

/** A named control of a dialog. */
export function Field({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      {children}
      {hint !== undefined && <span className="field-hint">{hint}</span>}
    </label>
  );
}
