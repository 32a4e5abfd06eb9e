import { useState } from 'react';
import type { OneTimePasswordOffer } from '@hutong/server/contract';
import { confirmOneTimePassword, offerOneTimePassword } from '../api/account.ts';
import { ownAccountWords } from '../i18n/ownAccount.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { AccountFailed } from './AccountFailed.tsx';
import { RecoveryCodes } from './RecoveryCodes.tsx';
import { ShowPassword } from './ShowPassword.tsx';
import { useAttempt } from './useAttempt.ts';

/** Sets up an authenticator app: the password once more, a code to scan, a first one-time password, recovery codes. */
export function OneTimePasswordSetup({
  onDone,
  onCancel,
}: {
  onDone: () => void;
  onCancel: (() => void) | null;
}) {
  const words = useOwnWords(ownAccountWords);
  const [offer, setOffer] = useState<OneTimePasswordOffer | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [typed, setTyped] = useState('');
  const { busy, error, attempt } = useAttempt();
  if (codes !== null) return <RecoveryCodes codes={codes} onKept={onDone} />;
  if (offer === null)
    return (
      <ShowPassword
        submit={words.goOn}
        onCancel={onCancel}
        work={async (password) => setOffer(await offerOneTimePassword(password))}
      />
    );
  return (
    <form
      className="account-form"
      onSubmit={(event) => {
        event.preventDefault();
        void attempt(async () => setCodes((await confirmOneTimePassword(typed)).recoveryCodes));
      }}
    >
      <p>{words.totpScan}</p>
      <img
        className="account-qr"
        src={`data:image/svg+xml;utf8,${encodeURIComponent(offer.qrCode)}`}
        alt={words.totpQr}
      />
      <p className="quiet">
        {words.totpSecret}{' '}
        <code data-testid="totp-secret">{offer.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
      </p>
      <input
        className="account-code"
        value={typed}
        onChange={(event) => setTyped(event.target.value.replace(/\D/g, '').slice(0, 6))}
        inputMode="numeric"
        autoComplete="one-time-code"
        aria-label={words.totp}
        autoFocus
        required
        data-testid="totp-code"
      />
      <AccountFailed error={error} title={words.totpFailed} />
      <div className="account-actions">
        {onCancel !== null && (
          <button type="button" className="button" onClick={onCancel}>
            {words.cancel}
          </button>
        )}
        <button
          type="submit"
          className="button button-primary"
          disabled={busy || typed.length < 6}
          aria-busy={busy}
          data-testid="totp-confirm"
        >
          {words.totpConfirm}
        </button>
      </div>
    </form>
  );
}
