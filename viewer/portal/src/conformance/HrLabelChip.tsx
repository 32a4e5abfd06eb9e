import type { WorklistStudy } from '@hutong/server/contract';
import { useWords } from '../i18n/language.ts';
import { shownLabels } from '../worklist/study.ts';

type Label = WorklistStudy['labels'][number];

/** The HR label (互认标识): always the filled chip. A proposed one is outlined, a withdrawn one struck through. */
export function HrLabelChip({ label }: { label: Label }) {
  const { t } = useWords();
  return (
    <span
      className={`hr-label hr-label-${label.state}`}
      data-testid="hr-label"
      data-state={label.state}
      title={`${label.text} · ${t.label[label.state]}`}
    >
      {label.text}
    </span>
  );
}

/** The labels of a study, each text once however many items it stands on. */
export function HrLabels({ study }: { study: Pick<WorklistStudy, 'labels'> }) {
  const byText = new Map<string, Label>();
  for (const label of shownLabels(study)) {
    const other = byText.get(label.text);
    if (other?.state !== 'applied') byText.set(label.text, label);
  }
  return (
    <span className="hr-labels">
      {[...byText.values()].map((label) => (
        <HrLabelChip key={label.text} label={label} />
      ))}
    </span>
  );
}
