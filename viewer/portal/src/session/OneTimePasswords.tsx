import { useState } from 'react';
import { App } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import type { AccountSecurity } from '@hutong/server/contract';
import { endOneTimePassword, renewRecoveryCodes } from '../api/account.ts';
import { ownAccountWords } from '../i18n/ownAccount.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { OneTimePasswordSetup } from './OneTimePasswordSetup.tsx';
import { RecoveryCodes } from './RecoveryCodes.tsx';
import { ShowPassword } from './ShowPassword.tsx';

/** One-time passwords of the own account: whether they are set up, and what can be done about it. */
export function OneTimePasswords({ security }: { security: AccountSecurity }) {
  const words = useOwnWords(ownAccountWords);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [doing, setDoing] = useState<'setUp' | 'end' | 'renew' | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const done = (said: string | null): void => {
    setDoing(null);
    setCodes(null);
    void queries.invalidateQueries({ queryKey: ['account'] });
    if (said !== null) void message.success(said);
  };
  const cancel = (): void => setDoing(null);
  const { oneTimePasswords, recoveryCodesLeft, secondFactorRequired } = security;
  return (
    <section className="account-part" data-testid="one-time-passwords">
      <h3>{words.totp}</h3>
      {doing === null && codes === null && (
        <>
          <p className="quiet">
            {oneTimePasswords ? `${words.totpOn} ${words.codesLeft(recoveryCodesLeft)}` : words.totpText}
            {secondFactorRequired && ` ${words.totpRequired}`}
          </p>
          <div className="account-actions account-actions-start">
            {!oneTimePasswords && (
              <button
                type="button"
                className="button"
                onClick={() => setDoing('setUp')}
                data-testid="totp-begin"
              >
                {words.totpBegin}
              </button>
            )}
            {oneTimePasswords && (
              <button type="button" className="button" onClick={() => setDoing('renew')}>
                {words.codesRenew}
              </button>
            )}
            {oneTimePasswords && !secondFactorRequired && (
              <button type="button" className="button" onClick={() => setDoing('end')}>
                {words.totpEnd}
              </button>
            )}
          </div>
        </>
      )}
      {doing === 'setUp' && <OneTimePasswordSetup onDone={() => done(words.totpDone)} onCancel={cancel} />}
      {doing === 'end' && (
        <ShowPassword
          submit={words.totpEnd}
          onCancel={cancel}
          work={async (password) => {
            await endOneTimePassword(password);
            done(words.totpEndDone);
          }}
        />
      )}
      {doing === 'renew' && codes === null && (
        <ShowPassword
          submit={words.codesRenew}
          onCancel={cancel}
          work={async (password) => setCodes((await renewRecoveryCodes(password)).recoveryCodes)}
        />
      )}
      {codes !== null && <RecoveryCodes codes={codes} onKept={() => done(null)} />}
    </section>
  );
}
