import { useState } from 'react';
import type { ShareBody } from '@hutong/server/contract/shares';
import { revokeShare } from '../api/shares.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useShareAction } from './useShareAction.ts';

/** Ends a share, after asking. */
export function Revoke({ share }: { share: Pick<ShareBody, 'id'> }) {
  const all = useOwnWords(shareWords);
  const words = all.list;
  const [asking, setAsking] = useState(false);
  const { busy, error, run } = useShareAction();
  if (!asking) {
    return (
      <button
        type="button"
        className="text-button button-danger-quiet"
        onClick={() => setAsking(true)}
        data-testid="share-revoke"
      >
        {words.revoke}
      </button>
    );
  }
  return (
    <div className="share-ask" role="alertdialog" aria-label={words.revoke}>
      <p>{words.revokeAsk}</p>
      {error !== null && (
        <FailedLine error={error} title={words.revokeFailed} network={all.network} server={all.server} />
      )}
      <button type="button" className="button" onClick={() => setAsking(false)} disabled={busy} autoFocus>
        {words.revokeNo}
      </button>
      <button
        type="button"
        className="button button-danger"
        onClick={() =>
          void run(async () => {
            await revokeShare(share.id);
            return words.revoked;
          })
        }
        disabled={busy}
        data-testid="share-revoke-yes"
      >
        {words.revokeYes}
      </button>
    </div>
  );
}
