import { Icon } from '../app/Icon.tsx';
import { useWords } from '../i18n/language.ts';

/** That a person decided, or must look again: beside a verdict, never instead of it. */
export function DecisionMark({
  state,
  compact = false,
}: {
  state: 'none' | 'holds' | 'stale';
  /** For a row: two characters, or a picture where the language has no such word. */
  compact?: boolean;
}) {
  const { t } = useWords();
  if (state === 'none') return null;
  const stale = state === 'stale';
  const short = t.decided.short[state];
  const full = stale ? t.decided.stale : t.decided.mark;
  return (
    <span
      className={stale ? 'decided decided-stale' : 'decided'}
      title={stale ? t.decided.staleHint : t.decided.hint}
      data-testid="decided-mark"
      data-state={state}
    >
      {!compact ? full : short === '' ? <Icon name="user" size={12} /> : short}
    </span>
  );
}
