import { type ReactNode, useId } from 'react';
import { Modal } from 'antd';

interface FormDialogProps {
  title: string;
  /** On its buttons; `busy` while the form is sent. */
  words: { cancel: string; confirm: string; busy: string };
  /** All that is asked for is there. */
  ready: boolean;
  busy: boolean;
  /** In pixels. */
  width: number;
  /** Test id of the button that sends the form. */
  confirmId: string;
  onSubmit: () => Promise<void>;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog that asks for something and makes it: while it does, it neither closes nor is sent again. */
export function FormDialog({
  title,
  words,
  ready,
  busy,
  width,
  confirmId,
  onSubmit,
  onClose,
  children,
}: FormDialogProps) {
  const form = useId();
  return (
    <Modal
      open
      title={title}
      onCancel={() => {
        if (!busy) onClose();
      }}
      mask={{ closable: false }}
      width={width}
      centered
      rootClassName="action-dialog"
      footer={
        <>
          <button type="button" className="button" onClick={onClose} disabled={busy}>
            {words.cancel}
          </button>
          <button
            type="submit"
            form={form}
            className="button button-primary"
            disabled={!ready || busy}
            aria-busy={busy}
            data-testid={confirmId}
          >
            {busy ? words.busy : words.confirm}
          </button>
        </>
      }
    >
      <form
        id={form}
        className="dialog-form"
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !busy) void onSubmit();
        }}
      >
        {children}
      </form>
    </Modal>
  );
}
