import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { RecognitionDecisionBody } from '@hutong/server/contract/recognition';
import { citeDecision, recognitionKey } from '../api/recognition.ts';
import { Icon } from '../app/Icon.tsx';
import { Choice } from '../corrections/Choice.tsx';
import { formatInstant } from '../format/format.ts';
import { decisionsWords } from '../i18n/decisions.ts';
import { type Language, useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { copyText } from '../shares/copyText.ts';

/** The text for the medical record; whoever copies it takes it over, which is noted. */
export function RecordText({ decision }: { decision: RecognitionDecisionBody }) {
  const words = useOwnWords(decisionsWords).record;
  const { language } = useWords();
  const client = useQueryClient();
  const [shown, setShown] = useState<Language>(language);
  const [copied, setCopied] = useState(false);
  const { id, record, citedAt, patientClass, kind } = decision;
  if (record === null) return null;
  const copy = async (): Promise<void> => {
    if (!(await copyText(record[shown]))) return;
    setCopied(true);
    if (kind === 'withdrawn') return;
    // That it was copied is so, whether or not it can be noted now.
    await citeDecision(id).catch(() => null);
    await client.invalidateQueries({ queryKey: recognitionKey });
  };
  return (
    <section className="recognition-record" aria-label={words.title}>
      <header>
        <h3>{words.title}</h3>
        <Choice
          label={words.language}
          value={shown}
          options={[
            ['zh', words.zh],
            ['en', words.en],
          ]}
          onChange={(next) => {
            setShown(next);
            setCopied(false);
          }}
        />
        <button type="button" className="button" onClick={() => void copy()} data-testid="copy-record">
          <Icon name={copied ? 'check' : 'copy'} size={14} />
          {copied ? words.copied : words.copy}
        </button>
      </header>
      <p lang={shown === 'zh' ? 'zh-CN' : 'en'} data-testid="record-text">
        {record[shown]}
      </p>
      {kind === 'recognised' && patientClass === 'inpatient' && <p className="quiet">{words.inpatient}</p>}
      {citedAt !== null && <p className="quiet">{words.cited(formatInstant(citedAt))}</p>}
    </section>
  );
}
