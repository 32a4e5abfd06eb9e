import { useState } from 'react';
import { Icon } from '../app/Icon.tsx';
import { peopleWords } from '../i18n/people.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { copyText } from '../shares/copyText.ts';

/** A value that can be copied, under its name. `secret`: large, for it is read to somebody. */
export function CopyValue({
  name,
  value,
  secret = false,
  testId,
}: {
  name: string;
  value: string;
  secret?: boolean;
  testId?: string;
}) {
  const { shown } = useOwnWords(peopleWords);
  const [copied, setCopied] = useState(false);
  return (
    <div className={secret ? 'copy-value copy-value-secret' : 'copy-value'}>
      <span className="field-label">{name}</span>
      <code data-testid={testId}>{value}</code>
      <button
        type="button"
        className="button copy-value-button"
        aria-label={`${shown.copy} ${name}`}
        onClick={() => void copyText(value).then(setCopied)}
      >
        <Icon name={copied ? 'check' : 'copy'} size={14} />
        {copied ? shown.copied : shown.copy}
      </button>
    </div>
  );
}
