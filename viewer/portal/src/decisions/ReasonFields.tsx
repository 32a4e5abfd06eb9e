import { Input, Select } from 'antd';
import type { OfferedReason, ReasonCode } from '@hutong/recognition';
import { decisionsWords } from '../i18n/decisions.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';

/** What is said when something is examined again. */
export interface ReasonDraft {
  reasonCode: ReasonCode | null;
  reasonText: string;
  patientInformed: boolean;
}
export const NO_REASON: ReasonDraft = { reasonCode: null, reasonText: '', patientInformed: false };

/** Whether all is there that the reason asks for. */
export const isComplete = (draft: ReasonDraft, reasons: readonly OfferedReason[]): boolean =>
  draft.reasonCode !== null &&
  (draft.reasonText.trim() !== '' ||
    reasons.find(({ code }) => code === draft.reasonCode)?.needsText !== true);

/** The reason with its code, an explanation, and whether the patient was informed. */
export function ReasonFields({
  draft,
  reasons,
  onChange,
}: {
  draft: ReasonDraft;
  reasons: readonly OfferedReason[];
  onChange: (draft: ReasonDraft) => void;
}) {
  const { pick } = useWords();
  const words = useOwnWords(decisionsWords).decide;
  const needsText = reasons.find(({ code }) => code === draft.reasonCode)?.needsText === true;
  return (
    <>
      <label className="field">
        <span className="field-label">{words.reason}</span>
        <Select
          value={draft.reasonCode}
          onChange={(reasonCode) => onChange({ ...draft, reasonCode })}
          options={reasons.map(({ code, text }) => ({ value: code, label: `${code} ${pick(text)}` }))}
          autoFocus
          showSearch={{ optionFilterProp: 'label' }}
          popupMatchSelectWidth={false}
          aria-label={words.reason}
          data-testid="reason-code"
        />
      </label>
      <label className="field">
        <span className="field-label">{words.details}</span>
        <Input.TextArea
          value={draft.reasonText}
          maxLength={500}
          autoSize={{ minRows: 2, maxRows: 6 }}
          placeholder={needsText ? words.detailsNeeded : words.detailsHint}
          aria-required={needsText}
          onChange={({ target }) => onChange({ ...draft, reasonText: target.value })}
          data-testid="reason-text"
        />
      </label>
      <label className="recognition-check">
        <input
          type="checkbox"
          checked={draft.patientInformed}
          onChange={({ target }) => onChange({ ...draft, patientInformed: target.checked })}
          data-testid="patient-informed"
        />
        <span>{words.informed}</span>
      </label>
    </>
  );
}
