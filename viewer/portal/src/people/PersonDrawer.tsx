import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Drawer, Input } from 'antd';
import type {
  AccountBody,
  AccountChangeBody,
  AccountChoices,
  GivenPassword,
} from '@hutong/server/contract/accounts';
import {
  accountQuery,
  changeAccount,
  endSessions,
  givePassword,
  refreshPeople,
  removeSecondFactor,
} from '../api/people.ts';
import { Icon } from '../app/Icon.tsx';
import { PHONE, useMedia } from '../app/useMedia.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { Field } from '../corrections/ActionDialog.tsx';
import { formatInstant } from '../format/format.ts';
import { peopleWords } from '../i18n/people.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { AskButton } from './AskButton.tsx';
import { isConflict, isSame } from './grants.ts';
import { PersonHistory } from './PersonHistory.tsx';
import type { HospitalNames } from './RoleChips.tsx';
import { RolePicker } from './RolePicker.tsx';
import { type Act, useAct } from './useAct.ts';

interface PersonProps {
  choices: AccountChoices;
  names: HospitalNames;
  onGiven: (given: GivenPassword) => void;
  onClose: () => void;
}

function Person({
  account,
  choices,
  names,
  doing: { busy, error, run, forget },
  onGiven,
  onClose,
}: PersonProps & { account: AccountBody; doing: Act }) {
  const words = useOwnWords(peopleWords);
  const { drawer } = words;
  const client = useQueryClient();
  const { message } = App.useApp();
  const [displayName, setDisplayName] = useState(account.displayName);
  const [roles, setRoles] = useState(account.roles);
  const isNamed = displayName.trim() === account.displayName;
  const isHeld = isSame(roles, account.roles);
  const refused =
    displayName.trim() === '' || roles.length === 0 || (choices.separateDuties && isConflict(roles));

  /** Does something, and shows what stands then, also where it was refused. */
  const act = async (work: () => Promise<unknown>, done: string = drawer.done): Promise<void> => {
    if (await run(work)) void message.success(done);
    await refreshPeople(client);
  };
  const change = (wanted: Omit<AccountChangeBody, 'revision'>, done?: string) =>
    act(() => changeAccount(account.id, { revision: account.revision, ...wanted }), done);
  const save = () =>
    change(
      { ...(isNamed ? {} : { displayName: displayName.trim() }), ...(isHeld ? {} : { roles }) },
      drawer.saved,
    );
  const managed = account.provider !== null;
  return (
    <div className="detail person" role="region" aria-label={drawer.label} data-testid="person">
      <header className="person-head">
        <div>
          <h1>{account.displayName}</h1>
          <p className="quiet">
            <code>{account.username}</code> · {drawer.created(formatInstant(account.createdAt).slice(0, 10))}
          </p>
        </div>
        {account.state === 'disabled' && (
          <span className="state-mark state-off">{words.states.disabled}</span>
        )}
        <button type="button" className="icon-button" aria-label={drawer.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="detail-scroll person-body">
        {account.own && <p className="person-note">{drawer.ownNote}</p>}
        {account.provider !== null && <p className="person-note">{drawer.provider(account.provider)}</p>}
        {error !== null && (
          <FailedLine error={error} title={drawer.failed} network={drawer.network} server={drawer.server} />
        )}
        <section className="person-section">
          <Field label={words.form.name}>
            <Input
              value={displayName}
              maxLength={64}
              onChange={({ target }) => setDisplayName(target.value)}
              data-testid="person-name"
            />
          </Field>
          <div className="field">
            <span className="field-label">{words.form.roles}</span>
            <RolePicker
              grants={account.roles}
              choices={choices}
              disabled={managed}
              onChange={(next) => {
                forget();
                setRoles(next);
              }}
            />
          </div>
          <button
            type="button"
            className="button button-primary person-save"
            disabled={busy || refused || (isNamed && isHeld)}
            aria-busy={busy}
            onClick={() => void save()}
            data-testid="person-save"
          >
            {busy ? drawer.saving : drawer.save}
          </button>
        </section>
        <section className="person-section">
          <h2>{drawer.access}</h2>
          <AskButton
            label={drawer.sessions}
            text={drawer.sessionsText(account.sessions)}
            disabled={account.sessions === 0}
            busy={busy}
            onDo={() => void act(() => endSessions(account.id))}
            testId="end-sessions"
          />
          {!account.own && !managed && (
            <>
              <AskButton
                label={drawer.password}
                text={drawer.passwordText}
                busy={busy}
                onDo={() => void act(async () => onGiven(await givePassword(account.id)))}
                testId="reset-password"
              />
              <AskButton
                label={drawer.factor}
                text={account.secondFactor ? drawer.factorText : drawer.noFactor}
                disabled={!account.secondFactor}
                busy={busy}
                onDo={() => void act(() => removeSecondFactor(account.id))}
                testId="remove-factor"
              />
            </>
          )}
          {!account.own && (
            <AskButton
              label={account.state === 'active' ? drawer.disable : drawer.enable}
              text={account.state === 'active' ? drawer.disableText : drawer.enableText}
              danger={account.state === 'active'}
              busy={busy}
              onDo={() => void change({ disabled: account.state === 'active' })}
              testId="disable-account"
            />
          )}
        </section>
        <PersonHistory id={account.id} names={names} />
      </div>
    </div>
  );
}

/** A person beside the list, from below on a phone. */
export function PersonDrawer({ id, ...props }: PersonProps & { id: string | null }) {
  const phone = useMedia(PHONE);
  return (
    <Drawer
      open={id !== null}
      onClose={props.onClose}
      placement={phone ? 'bottom' : 'right'}
      size={phone ? '92dvh' : 520}
      closable={false}
      rootClassName="detail-drawer"
      destroyOnHidden
    >
      {id !== null && <LoadedPerson key={id} id={id} {...props} />}
    </Drawer>
  );
}

function LoadedPerson({ id, ...props }: PersonProps & { id: string }) {
  const words = useOwnWords(peopleWords);
  const account = useQuery(accountQuery(id));
  // Kept when the account is read again: what was refused because of another's change is still said.
  const doing = useAct();
  if (account.data !== undefined)
    return <Person key={account.data.revision} account={account.data} doing={doing} {...props} />;
  if (account.isError)
    return <ErrorNotice error={account.error} title={words.failed} onRetry={() => void account.refetch()} />;
  return <DetailSkeleton />;
}
