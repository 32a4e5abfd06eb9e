import { Input } from 'antd';
import { Choice } from '../corrections/Choice.tsx';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { type Change, Part } from './Part.tsx';
import { asksSecret, type ShareDraft } from './shareDraft.ts';

const FACTORS = ['code', 'oneTimeCode', 'idDigits', 'password', 'none'] as const;

/** What is asked for beside the link. */
export function FactorPart({
  draft,
  change,
  mayBeNone,
}: {
  draft: ShareDraft;
  change: Change;
  mayBeNone: boolean;
}) {
  const words = useOwnWords(shareWords);
  const { factor } = draft;
  const isOpen = factor === 'none' && !draft.signIn;
  return (
    <Part label={words.factor}>
      <Choice
        label={words.factor}
        value={factor}
        options={FACTORS.filter((each) => each !== 'none' || mayBeNone).map((each) => [
          each,
          words.factors[each],
        ])}
        onChange={(next) => change({ factor: next, secret: '' })}
      />
      {asksSecret(factor) && (
        <Input
          className="share-secret"
          value={draft.secret}
          onChange={({ target }) => change({ secret: target.value })}
          maxLength={factor === 'password' ? 128 : 8}
          aria-label={factor === 'password' ? words.password : words.idDigits}
          placeholder={factor === 'password' ? words.password : words.idDigits}
          autoComplete="off"
          data-testid="share-secret"
        />
      )}
      <span className={isOpen ? 'share-warning' : 'field-hint'} role={isOpen ? 'alert' : undefined}>
        {factor === 'none' && draft.signIn ? words.noneSignedIn : words.factorHints[factor]}
      </span>
    </Part>
  );
}
