import { useState } from 'react';
import { App, Modal } from 'antd';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { AccountSecurity, SessionInfo } from '@hutong/server/contract';
import { accountSecurityQuery } from '../api/account.ts';
import { facetsQuery } from '../api/queries.ts';
import { formatInstant } from '../format/format.ts';
import { accountWords } from '../i18n/account.ts';
import { useWords } from '../i18n/language.ts';
import { ownAccountWords } from '../i18n/ownAccount.ts';
import '../styles/account.css';
import { AccountFailed } from './AccountFailed.tsx';
import { OneTimePasswords } from './OneTimePasswords.tsx';
import { OwnSessions } from './OwnSessions.tsx';
import { PasswordForm } from './PasswordForm.tsx';
import { holds } from './rights.ts';

type Account = NonNullable<SessionInfo['account']>;

/** The own account: roles, password, one-time passwords, sessions. */
export default function AccountDialog({
  session,
  onClose,
}: {
  session: SessionInfo & { account: Account };
  onClose: () => void;
}) {
  const { t, language, pick } = useWords();
  const words = ownAccountWords[language];
  const { account } = session;
  // Names of hospitals come with the list of studies, which not everybody reads.
  const hospitals = useQuery({ ...facetsQuery, enabled: holds(session, 'read') }).data?.hospitals ?? [];
  const nameOf = (code: string): string => {
    const found = hospitals.find((hospital) => hospital.code === code);
    return found === undefined ? code : pick(found.name);
  };
  const security = useQuery({ ...accountSecurityQuery, staleTime: 0 });
  return (
    <Modal open title={words.title} onCancel={onClose} width={520} centered footer={null}>
      <p className="account-who">
        <strong>{session.displayName}</strong> <span className="quiet">{session.subject}</span>
      </p>
      <dl className="account-roles">
        <dt>{words.roles}</dt>
        {account.roles.map(({ role, hospital }) => (
          <dd key={`${role} ${hospital ?? ''}`}>
            {t.session.role[role]} · {hospital === null ? words.region : nameOf(hospital)}
          </dd>
        ))}
      </dl>
      {account.provider !== '' && <p className="quiet account-part">{words.byProvider}</p>}
      {security.data !== undefined && account.provider === '' && (
        <>
          <OwnPasswordPart security={security.data} />
          <OneTimePasswords security={security.data} />
        </>
      )}
      <AccountFailed error={security.error} title={words.failed} />
      <OwnSessions />
    </Modal>
  );
}

function OwnPasswordPart({ security }: { security: AccountSecurity }) {
  const { language } = useWords();
  const words = ownAccountWords[language];
  const { own } = accountWords[language];
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [changing, setChanging] = useState(false);
  const { passwordSetAt, passwordEndsAt } = security;
  return (
    <section className="account-part">
      <h3>{words.password}</h3>
      {changing ? (
        <PasswordForm
          onDone={() => {
            setChanging(false);
            void queries.invalidateQueries({ queryKey: ['account'] });
            void message.success(own.done);
          }}
        />
      ) : (
        <>
          <p className="quiet">
            {passwordSetAt !== null && words.passwordSet(formatInstant(passwordSetAt))}{' '}
            {passwordEndsAt !== null && words.passwordEnds(formatInstant(passwordEndsAt))}
          </p>
          <button type="button" className="button" onClick={() => setChanging(true)}>
            {words.password}
          </button>
        </>
      )}
    </section>
  );
}
