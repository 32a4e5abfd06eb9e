import type { KeyBody } from '@hutong/server/contract/keys';
import { timeAgo } from '../format/timeAgo.ts';
import { useWords } from '../i18n/language.ts';
import { keyWords } from '../i18n/keys.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';

const LOOK: Readonly<Record<KeyBody['state'], string>> = {
  valid: 'state-on',
  expiring: 'state-warn',
  expired: 'state-off',
  revoked: 'state-off',
};

/** The state of a key, and how far the replacing of its secret is. */
export function KeyMarks({ entry }: { entry: KeyBody }) {
  const { language } = useWords();
  const words = useOwnWords(keyWords);
  const { previous } = entry;
  return (
    <>
      <span className={`state-mark ${LOOK[entry.state]}`} data-testid="key-state">
        {words.states[entry.state]}
      </span>
      {previous !== null && (
        <span className="state-mark state-warn" data-testid="key-overlap">
          {words.overlap(timeAgo(previous.validUntil, language))}
        </span>
      )}
    </>
  );
}

/** When and from where a key was used last: `3分钟前 · 10.1.2.3`. */
export function LastUse({ entry: { lastUsedAt, lastUsedAddress } }: { entry: KeyBody }) {
  const { language } = useWords();
  const words = useOwnWords(keyWords);
  if (lastUsedAt === null) return <span className="quiet">{words.neverUsed}</span>;
  const address = lastUsedAddress.replace(/^::ffff:/, '');
  return <span title={lastUsedAt}>{words.used(timeAgo(lastUsedAt, language), address)}</span>;
}
