import { useState } from 'react';
import { App, Modal } from 'antd';
import type { OneTimePasswordOffer, SessionInfo } from '@hutong/server/contract';
import { remove, sendJson } from '../api/http.ts';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { accountWords } from '../i18n/account.ts';
import { useWords } from '../i18n/language.ts';
import '../styles/account.css';
import { PasswordForm } from './PasswordForm.tsx';

type Account = NonNullable<SessionInfo['account']>;

/** The own account: roles, password, one-time passwords, sessions elsewhere. */
export default function AccountDialog({
  session,
  onClose,
}: {
  session: SessionInfo & { account: Account };
  onClose: () => void;
}) {
  const { t, language } = useWords();
  const { account: words, own } = accountWords[language];
  const { message } = App.useApp();
  const [changing, setChanging] = useState(false);
  const [error, setError] = useState<Error | null>(null);

  const signOutElsewhere = async (): Promise<void> => {
    setError(null);
    try {
      await remove('/api/account/sessions');
      void message.success(words.elsewhereDone);
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    }
  };
  return (
    <Modal open title={words.title} onCancel={onClose} width={480} centered footer={null}>
      <p className="account-who">
        <strong>{session.displayName}</strong> <span className="quiet">{session.subject}</span>
      </p>
      <dl className="account-roles">
        <dt>{words.roles}</dt>
        {session.account.roles.map(({ role, hospital }) => (
          <dd key={`${role} ${hospital ?? ''}`}>
            {t.session.role[role]} · {hospital ?? words.region}
          </dd>
        ))}
      </dl>
      <section className="account-part">
        <h3>{words.password}</h3>
        {changing ? (
          <PasswordForm
            onDone={() => {
              setChanging(false);
              void message.success(own.done);
            }}
          />
        ) : (
          <button type="button" className="button" onClick={() => setChanging(true)}>
            {words.password}
          </button>
        )}
      </section>
      <OneTimePasswords />
      <section className="account-part">
        <h3>{words.elsewhere}</h3>
        <p className="quiet">{words.elsewhereText}</p>
        <button type="button" className="button" onClick={() => void signOutElsewhere()}>
          {words.elsewhere}
        </button>
        {error !== null && <AccountFailed error={error} title={words.elsewhere} />}
      </section>
    </Modal>
  );
}

function AccountFailed({ error, title }: { error: Error; title: string }) {
  const { language } = useWords();
  const { signIn } = accountWords[language];
  return <FailedLine error={error} title={title} network={signIn.network} server={signIn.server} />;
}

/** Sets up an authenticator app: a code to scan, and a first one-time password to confirm. */
function OneTimePasswords() {
  const { language } = useWords();
  const { account: words } = accountWords[language];
  const { message } = App.useApp();
  const [offer, setOffer] = useState<OneTimePasswordOffer | null>(null);
  const [oneTimePassword, setOneTimePassword] = useState('');
  const [error, setError] = useState<Error | null>(null);

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setError(null);
    try {
      await work();
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    }
  };
  const begin = () =>
    attempt(async () => {
      setOffer(await sendJson<OneTimePasswordOffer>('POST', '/api/account/one-time-password', {}));
    });
  const confirm = (secret: string) =>
    attempt(async () => {
      await sendJson('PUT', '/api/account/one-time-password', { secret, oneTimePassword });
      setOffer(null);
      setOneTimePassword('');
      void message.success(words.totpDone);
    });
  return (
    <section className="account-part">
      <h3>{words.totp}</h3>
      {offer === null ? (
        <>
          <p className="quiet">{words.totpText}</p>
          <button type="button" className="button" onClick={() => void begin()}>
            {words.totpBegin}
          </button>
        </>
      ) : (
        <form
          className="account-form"
          onSubmit={(event) => {
            event.preventDefault();
            void confirm(offer.secret);
          }}
        >
          <p>{words.totpScan}</p>
          <img
            className="account-qr"
            src={`data:image/svg+xml;utf8,${encodeURIComponent(offer.qrCode)}`}
            alt={words.totpQr}
          />
          <p className="quiet">
            {words.totpSecret} <code>{offer.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
          </p>
          <input
            className="account-code"
            value={oneTimePassword}
            onChange={(event) => setOneTimePassword(event.target.value.replace(/\D/g, '').slice(0, 6))}
            inputMode="numeric"
            autoComplete="one-time-code"
            aria-label={words.totp}
            required
          />
          <button type="submit" className="button button-primary" disabled={oneTimePassword.length < 6}>
            {words.totpConfirm}
          </button>
        </form>
      )}
      {error !== null && <AccountFailed error={error} title={words.totpFailed} />}
    </section>
  );
}
