import { useQuery } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import { reasonsQuery, type GivenReason } from '../api/corrections.ts';
import { useWords } from '../i18n/language.ts';
import { Field } from './ActionDialog.tsx';

const MAX_TEXT = 500;
/** Codes that the system gives by itself; no person would choose them. */
const AUTOMATIC: ReadonlySet<string> = new Set(['SENT_AGAIN']);

/** Whether a reason says enough: a code, and words where the code alone says nothing. */
export const isGiven = ({ code, text }: GivenReason): boolean =>
  code !== '' && (code !== 'OTHER' || text.trim() !== '');

/** Code and words of a reason; one is mandatory wherever something is changed. */
export function ReasonFields({
  reason,
  onChange,
}: {
  reason: GivenReason;
  onChange: (reason: GivenReason) => void;
}) {
  const { t, pick } = useWords();
  const reasons = useQuery(reasonsQuery);
  const words = t.corrections.give;
  const options = (reasons.data?.reasons ?? [])
    .filter(({ code }) => !AUTOMATIC.has(code))
    .map(({ code, label }) => ({ value: code, label: pick(label) }));
  return (
    <>
      <Field label={words.code}>
        <Select
          value={reason.code === '' ? null : reason.code}
          placeholder={words.choose}
          options={options}
          virtual={false}
          listHeight={400}
          loading={reasons.isPending}
          onChange={(code: string | null) => onChange({ ...reason, code: code ?? '' })}
          data-testid="reason-code"
        />
      </Field>
      <Field label={words.text}>
        <Input.TextArea
          value={reason.text}
          maxLength={MAX_TEXT}
          autoSize={{ minRows: 2, maxRows: 5 }}
          placeholder={reason.code === 'OTHER' ? words.textNeeded : words.textHint}
          onChange={(event) => onChange({ ...reason, text: event.target.value })}
          data-testid="reason-text"
        />
      </Field>
    </>
  );
}
