import { Checkbox } from 'antd';
import type { SharePolicy } from '@hutong/server/contract/shares';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import type { Change } from './Part.tsx';
import { longestDays, LONGEST_DAYS, type ShareDraft } from './shareDraft.ts';

/** What the recipient may do beside looking, and what the policy says of all of this. */
export function RightsPart({
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
  const limits = [
    most < LONGEST_DAYS ? words.limitDays(Math.round(most * 10) / 10) : '',
    policy.mostUses === null ? '' : words.limitUses(policy.mostUses),
    policy.mayDownload ? '' : words.limitDownload,
    policy.mayReply ? '' : words.limitReply,
  ].filter((part) => part !== '');
  return (
    <div className="share-rights">
      {policy.mayDownload && !draft.watermark && (
        <Checkbox
          checked={draft.mayDownload}
          onChange={({ target }) => change({ mayDownload: target.checked })}
          data-testid="share-download"
        >
          {words.download}
        </Checkbox>
      )}
      {policy.mayReply && (
        <Checkbox
          checked={draft.mayReply}
          onChange={({ target }) => change({ mayReply: target.checked })}
          data-testid="share-reply"
        >
          {words.reply}
        </Checkbox>
      )}
      <Checkbox
        checked={draft.watermark}
        disabled={policy.watermark}
        onChange={({ target }) => change({ watermark: target.checked })}
        data-testid="share-watermark"
      >
        {policy.watermark ? words.watermarkForced : words.watermark}
      </Checkbox>
      {limits.length > 0 && <span className="field-hint">{words.limits(limits.join(' · '))}</span>}
    </div>
  );
}
