import type { ReactNode } from 'react';
import { ReasonDialog as AnyReasonDialog } from '../app/ReasonDialog.tsx';
import { personWords } from '../i18n/persons.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';

interface ReasonDialogProps {
  title: string;
  text: string;
  /** What is asked for beside the reason is there. */
  ready?: boolean;
  onDo: (reason: string) => Promise<unknown>;
  onClose: () => void;
  children?: ReactNode;
}

/** The reason of a decision on who somebody is. */
export function ReasonDialog(dialog: ReasonDialogProps) {
  const words = useOwnWords(personWords);
  const { reason, reasonHint: hint, cancel, confirm, busy, failed } = words;
  return (
    <AnyReasonDialog
      {...dialog}
      name="person"
      least={2}
      words={{ reason, hint, cancel, confirm, busy, failed }}
      sayError={({ message }) => (message === 'no-patient' ? words.search.nothing : null)}
    />
  );
}
