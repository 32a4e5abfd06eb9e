import { ReasonDialog as AnyReasonDialog } from '../app/ReasonDialog.tsx';
import { labelWords } from '../i18n/labels.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';

interface ReasonDialogProps {
  title: string;
  text?: string;
  /** What the reason is for. */
  label: string;
  confirm: string;
  onDo: (reason: string) => Promise<void>;
  onClose: () => void;
}

/** The reason of something that is done to labels. */
export function ReasonDialog({ label, confirm, ...dialog }: ReasonDialogProps) {
  const { cancel, busy, failed } = useOwnWords(labelWords);
  return (
    <AnyReasonDialog {...dialog} name="label" words={{ reason: label, confirm, cancel, busy, failed }} />
  );
}
