import { useState } from 'react';
import { Input } from 'antd';
import type { AccountChoices, GivenPassword, GrantBody } from '@hutong/server/contract/accounts';
import { createAccount } from '../api/people.ts';
import { FormDialog } from '../app/FormDialog.tsx';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { Field } from '../corrections/ActionDialog.tsx';
import { peopleWords } from '../i18n/people.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { isConflict } from './grants.ts';
import { RolePicker } from './RolePicker.tsx';
import { useAct } from './useAct.ts';

const USERNAME = /^[a-z0-9][a-z0-9._@-]{1,63}$/;

/** Asks for name and roles of a new person. */
export function CreatePerson({
  choices,
  onCreated,
  onClose,
}: {
  choices: AccountChoices;
  onCreated: (given: GivenPassword) => void;
  onClose: () => void;
}) {
  const { form: words, drawer } = useOwnWords(peopleWords);
  const { busy, error, run } = useAct();
  const [username, setUsername] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [roles, setRoles] = useState<GrantBody[]>([]);
  const isName = USERNAME.test(username.trim().toLowerCase());
  const ready =
    isName && displayName.trim() !== '' && roles.length > 0 && !(choices.separateDuties && isConflict(roles));
  const create = async (): Promise<void> => {
    await run(async () => onCreated(await createAccount({ username, displayName, roles })));
  };
  return (
    <FormDialog
      title={words.createTitle}
      words={{ cancel: words.cancel, confirm: words.create, busy: words.creating }}
      ready={ready}
      busy={busy}
      width={560}
      confirmId="create-confirm"
      onSubmit={create}
      onClose={onClose}
    >
      <Field label={words.name}>
        <Input
          value={displayName}
          maxLength={64}
          autoFocus
          onChange={({ target }) => setDisplayName(target.value)}
          data-testid="new-name"
        />
      </Field>
      <Field label={words.username} hint={words.usernameHint}>
        <Input
          value={username}
          maxLength={64}
          autoCapitalize="none"
          spellCheck={false}
          status={username !== '' && !isName ? 'error' : ''}
          onChange={({ target }) => setUsername(target.value)}
          data-testid="new-username"
        />
      </Field>
      <div className="field">
        <span className="field-label">{words.roles}</span>
        <RolePicker grants={roles} choices={choices} onChange={setRoles} />
      </div>
      {error !== null && (
        <FailedLine error={error} title={words.failed} network={drawer.network} server={drawer.server} />
      )}
    </FormDialog>
  );
}
