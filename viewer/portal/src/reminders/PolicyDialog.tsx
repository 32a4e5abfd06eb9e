import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { RecognitionPolicy } from '@hutong/recognition';
import { ApiError } from '../api/http.ts';
import { recognitionPolicyQuery, saveRecognitionPolicy } from '../api/reminders.ts';
import { FormDialog } from '../app/FormDialog.tsx';
import { useWords } from '../i18n/language.ts';
import { remindersWords } from '../i18n/reminders.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { readPolicy } from './ruleText.ts';

/** Writes the policy anew; the server says which members do not fit. */
export function PolicyDialog({
  from,
  replaces,
  onClose,
}: {
  from: RecognitionPolicy;
  replaces: number | null;
  onClose: () => void;
}) {
  const { language } = useWords();
  const words = useOwnWords(remindersWords).policy;
  const client = useQueryClient();
  const [text, setText] = useState(() => JSON.stringify(from, null, 2));
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState('');

  async function save(): Promise<void> {
    setBusy(true);
    setFailed('');
    try {
      const saved = await saveRecognitionPolicy({ replaces, policy: readPolicy(text), note: note.trim() });
      if (saved !== null) client.setQueryData(recognitionPolicyQuery.queryKey, saved);
      onClose();
    } catch (error) {
      const problem = error instanceof ApiError ? error.problem : null;
      if (error instanceof SyntaxError) setFailed(words.badJson);
      else
        setFailed(problem === null ? String(error) : language === 'zh' ? problem.detailZh : problem.detail);
    } finally {
      setBusy(false);
    }
  }
  return (
    <FormDialog
      title={words.edit}
      words={{ cancel: words.cancel, confirm: words.save, busy: words.saving }}
      ready={note.trim().length >= 2}
      busy={busy}
      width={860}
      confirmId="recognition-policy-save"
      onSubmit={save}
      onClose={onClose}
    >
      <div className="reminder-policy-form">
        <label>
          {words.json}
          <textarea
            value={text}
            spellCheck={false}
            onChange={(event) => setText(event.target.value)}
            data-testid="recognition-policy-json"
          />
        </label>
        <label>
          {words.note}
          <input
            value={note}
            maxLength={500}
            onChange={(event) => setNote(event.target.value)}
            data-testid="recognition-policy-note"
          />
        </label>
        {failed !== '' && (
          <p role="alert" className="reminder-failed">
            {failed}
          </p>
        )}
      </div>
    </FormDialog>
  );
}
