import { useId, useState } from 'react';
import type { Bilingual } from '@hutong/conformance';
import type { OfferedReason } from '@hutong/recognition';
import type { ReminderCardWords } from '../../i18n/reminderCard.ts';

interface AgainFormProps {
  reasons: readonly OfferedReason[];
  words: ReminderCardWords;
  pick: (both: Bilingual) => string;
  busy: boolean;
  onCancel: () => void;
  onSubmit: (given: { reasonCode: string; reasonText: string; patientInformed: boolean }) => Promise<void>;
}

/** Why it is examined again, and whether the patient was told (S1, S0). */
export function AgainForm({ reasons, words, pick, busy, onCancel, onSubmit }: AgainFormProps) {
  const ids = useId();
  const [reasonCode, setReasonCode] = useState('');
  const [reasonText, setReasonText] = useState('');
  const [patientInformed, setPatientInformed] = useState(false);
  const needsText = reasons.find(({ code }) => code === reasonCode)?.needsText === true;
  const ready = reasonCode !== '' && (!needsText || reasonText.trim() !== '');
  return (
    <form
      className="reminder-again"
      data-testid="card-again-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !busy) void onSubmit({ reasonCode, reasonText: reasonText.trim(), patientInformed });
      }}
    >
      <label htmlFor={`${ids}-reason`}>{words.reason}</label>
      <select
        id={`${ids}-reason`}
        value={reasonCode}
        autoFocus
        onChange={(event) => setReasonCode(event.target.value)}
      >
        <option value="">{words.choose}</option>
        {reasons.map(({ code, text }) => (
          <option key={code} value={code}>
            {code} {pick(text)}
          </option>
        ))}
      </select>
      <label htmlFor={`${ids}-text`}>{needsText ? words.textNeeded : words.text}</label>
      <textarea
        id={`${ids}-text`}
        rows={2}
        maxLength={500}
        value={reasonText}
        onChange={(event) => setReasonText(event.target.value)}
      />
      <label className="reminder-check">
        <input
          type="checkbox"
          checked={patientInformed}
          onChange={(event) => setPatientInformed(event.target.checked)}
        />
        {words.informed}
      </label>
      <div className="reminder-actions">
        <button type="submit" className="button button-primary" disabled={!ready || busy} aria-busy={busy}>
          {busy ? words.busy : words.confirm}
        </button>
        <button type="button" className="button" onClick={onCancel} disabled={busy}>
          {words.cancel}
        </button>
      </div>
    </form>
  );
}
