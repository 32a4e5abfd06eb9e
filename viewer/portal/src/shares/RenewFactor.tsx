import { useState } from 'react';
import { Input } from 'antd';
import type { ShareDetail } from '@hutong/server/contract/shares';
import { renewFactor } from '../api/shares.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { asksSecret, isSecretRight } from './shareDraft.ts';
import { useShareAction } from './useShareAction.ts';

/** Unlocks a share, makes another code, or takes another password or other digits. */
export function RenewFactor({ share }: { share: ShareDetail }) {
  const all = useOwnWords(shareWords);
  const words = all.list;
  const [secret, setSecret] = useState('');
  const [code, setCode] = useState<string | null>(null);
  const { busy, error, run } = useShareAction();
  const isSecret = asksSecret(share.factor);
  const label = share.factor === 'password' ? all.password : all.idDigits;
  if (share.factor === 'none') return null;
  return (
    <div className="share-renew">
      {code !== null && (
        <p className="share-code" role="status">
          <span className="field-label">{words.newCodeTell}</span>
          <strong data-testid="share-new-code">{code}</strong>
        </p>
      )}
      {error !== null && (
        <FailedLine error={error} title={words.renewFailed} network={all.network} server={all.server} />
      )}
      {isSecret && (
        <Input
          className="share-secret"
          value={secret}
          maxLength={share.factor === 'password' ? 128 : 8}
          aria-label={label}
          placeholder={label}
          autoComplete="off"
          onChange={({ target }) => setSecret(target.value)}
        />
      )}
      {isSecret && (
        <button
          type="button"
          className="button"
          disabled={busy || !isSecretRight({ factor: share.factor, secret })}
          onClick={() =>
            void run(async () => {
              await renewFactor(share.id, secret);
              setSecret('');
              return words.renewed;
            })
          }
        >
          {words.newSecret}
        </button>
      )}
      {isSecret && share.failures > 0 && (
        <button
          type="button"
          className="button"
          disabled={busy}
          onClick={() =>
            void run(async () => {
              await renewFactor(share.id, null);
              return words.unlocked;
            })
          }
          data-testid="share-unlock"
        >
          {words.unlock}
        </button>
      )}
      {!isSecret && (
        <button
          type="button"
          className="button"
          disabled={busy}
          onClick={() =>
            void run(async () => {
              setCode(await renewFactor(share.id, null));
              return words.unlocked;
            })
          }
          data-testid="share-new-code-make"
        >
          {words.newCode}
        </button>
      )}
    </div>
  );
}
