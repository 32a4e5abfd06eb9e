import { useWords } from '../i18n/language.ts';

/** That a person decided, or must look again: beside a verdict, never instead of it. */
export function DecisionMark({ state }: { state: 'none' | 'holds' | 'stale' }) {
  const { t } = useWords();
  if (state === 'none') return null;
  const stale = state === 'stale';
  return (
    <span
      className={stale ? 'decided decided-stale' : 'decided'}
      title={stale ? t.decided.staleHint : t.decided.hint}
      data-testid="decided-mark"
      data-state={state}
    >
      {stale ? t.decided.stale : t.decided.mark}
    </span>
  );
}
