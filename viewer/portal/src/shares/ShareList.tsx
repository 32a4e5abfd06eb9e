import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { ShareBody } from '@hutong/server/contract/shares';
import type { Copy } from '../api/corrections.ts';
import { revokeShare, shareQuery, sharesQuery } from '../api/shares.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { formatInstant } from '../format/format.ts';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';

function Openings({ id }: { id: string }) {
  const { list: words } = useOwnWords(shareWords);
  const detail = useQuery(shareQuery(id));
  if (detail.isError) return <p className="field-fault">{words.failed}</p>;
  if (detail.data?.openings.length === 0) return <p className="quiet">{words.never}</p>;
  return (
    <ol className="share-openings">
      {detail.data?.openings.map(({ at, address }, index) => (
        <li key={`${at} ${index}`}>
          {formatInstant(at)} <code>{address}</code>
        </li>
      ))}
    </ol>
  );
}

function Revoke({ share, copy }: { share: ShareBody; copy: Copy }) {
  const all = useOwnWords(shareWords);
  const words = all.list;
  const client = useQueryClient();
  const { message } = App.useApp();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);

  const revoke = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await revokeShare(share.id);
      void message.success(words.revoked);
      setAsking(false);
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: sharesQuery(copy).queryKey });
    }
  };
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
        onClick={() => void revoke()}
        disabled={busy}
        data-testid="share-revoke-yes"
      >
        {words.revokeYes}
      </button>
    </div>
  );
}

function ShareItem({ share, copy }: { share: ShareBody; copy: Copy }) {
  const all = useOwnWords(shareWords);
  const words = all.list;
  const [open, setOpen] = useState(false);
  const series = share.studies.reduce((n, each) => n + each.seriesInstanceUids.length, 0);
  const facts = [
    all.factors[share.factor],
    series === 0 ? all.whole : words.series(series),
    share.mayDownload ? words.download : '',
    words.uses(share.uses, share.maxUses),
  ];
  return (
    <li className="share-item" data-testid="share-item" data-state={share.state}>
      <div className="share-item-head">
        <span className={`share-state share-state-${share.state}`}>{words.states[share.state]}</span>
        <span>{all.made.until(formatInstant(share.expiresAt))}</span>
        <span className="quiet share-item-by">
          {words.by(share.author.name, formatInstant(share.createdAt))}
        </span>
      </div>
      <p className="quiet">{facts.filter((fact) => fact !== '').join(' · ')}</p>
      {share.note !== '' && <p className="share-note">{share.note}</p>}
      <div className="share-item-actions">
        <button
          type="button"
          className="text-button"
          aria-expanded={open}
          onClick={() => setOpen((now) => !now)}
          data-testid="share-openings"
        >
          {words.openings}
        </button>
        {(share.state === 'open' || share.state === 'notYet' || share.state === 'usedUp') && (
          <Revoke share={share} copy={copy} />
        )}
      </div>
      {open && <Openings id={share.id} />}
    </li>
  );
}

/** The shares of a study: their state, who opened them, and how to end them. */
export function ShareList({ copy }: { copy: Copy }) {
  const { list: words } = useOwnWords(shareWords);
  const shares = useQuery(sharesQuery(copy));
  if (shares.isError) {
    return <ErrorNotice error={shares.error} title={words.failed} onRetry={() => void shares.refetch()} />;
  }
  if (shares.isPending) {
    return (
      <div className="detail-skeleton" aria-hidden="true">
        {[52, 78, 40].map((width) => (
          <i key={width} style={{ width: `${width}%` }} />
        ))}
      </div>
    );
  }
  if (shares.data.shares.length === 0) {
    return (
      <div className="history-empty" data-testid="shares-empty">
        <h3>{words.empty}</h3>
        <p>{words.emptyText}</p>
      </div>
    );
  }
  return (
    <ol className="share-list">
      {shares.data.shares.map((share) => (
        <ShareItem key={share.id} share={share} copy={copy} />
      ))}
    </ol>
  );
}
