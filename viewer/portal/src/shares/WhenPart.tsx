import { Input, InputNumber } from 'antd';
import type { SharePolicy } from '@hutong/server/contract/shares';
import { Choice } from '../corrections/Choice.tsx';
import { Field } from '../corrections/ActionDialog.tsx';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { type Change, Part } from './Part.tsx';
import { longestDays, MOST_USES, PERIODS, type ShareDraft } from './shareDraft.ts';

/** How long the link opens, from when, and how often. */
export function WhenPart({
  draft,
  change,
  policy,
}: {
  draft: ShareDraft;
  change: Change;
  policy: SharePolicy;
}) {
  const words = useOwnWords(shareWords);
  const most = longestDays(policy);
  return (
    <>
      <Part label={words.period}>
        <div className="share-period">
          <Choice
            label={words.period}
            value={draft.period}
            options={[
              ...PERIODS.filter((n) => Number(n) <= most).map((n) => [n, words.days(Number(n))] as const),
              ['own', words.own] as const,
            ]}
            onChange={(period) => change({ period })}
          />
          {draft.period === 'own' && (
            <InputNumber
              value={draft.ownDays}
              min={Math.min(1, most)}
              max={most}
              onChange={(ownDays) => change({ ownDays })}
              aria-label={words.ownDays}
              suffix={words.days(2).replace(/\d+\s*/, '')}
            />
          )}
        </div>
      </Part>
      <div className="field-pair">
        <Field label={words.from} hint={words.fromHint}>
          <Input
            type="datetime-local"
            value={draft.from}
            onChange={({ target }) => change({ from: target.value })}
            data-testid="share-from"
          />
        </Field>
        <Field label={words.maxUses}>
          <InputNumber
            className="share-uses"
            value={draft.maxUses}
            min={1}
            max={policy.mostUses ?? MOST_USES}
            precision={0}
            placeholder={words.unlimited}
            onChange={(maxUses) => change({ maxUses })}
            data-testid="share-uses"
          />
        </Field>
      </div>
    </>
  );
}
