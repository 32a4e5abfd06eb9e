import { useState } from 'react';
import { Checkbox, Input, Select } from 'antd';
import type { ClientKindName, NewClientAnswer } from '@hutong/server/contract/clients';
import type { KeyChoices } from '@hutong/server/contract/keys';
import type { ScopeName } from '@hutong/server/contract';
import { createClient } from '../api/clients.ts';
import { FormDialog } from '../app/FormDialog.tsx';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { Field } from '../corrections/ActionDialog.tsx';
import { appWords } from '../i18n/apps.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useAct } from '../people/useAct.ts';
import { linesOf } from './connecting.ts';
import '../styles/apps.css';

const REGION = '*';
const KINDS: readonly ClientKindName[] = ['web', 'native', 'machine'];
/** What applications in which people work are for. */
const OF_PEOPLE: readonly ScopeName[] = ['read', 'share', 'review', 'correct', 'export', 'audit'];
const DAYS = { never: null, d365: 365, d730: 730 } as const;
type Expiry = keyof typeof DAYS;

/** Makes an application known: what it is, whose, where it comes back to, and the most that it may get. */
export function RegisterApp({
  choices,
  onMade,
  onClose,
}: {
  choices: KeyChoices;
  onMade: (made: NewClientAnswer) => void;
  onClose: () => void;
}) {
  const { pick } = useWords();
  const words = useOwnWords(appWords);
  const { form: labels } = words;
  const { busy, error, run } = useAct();
  const [kind, setKind] = useState<ClientKindName>('web');
  const [name, setName] = useState('');
  const [hospital, setHospital] = useState<string | null>(choices.hospitals[0]?.code ?? null);
  const [redirect, setRedirect] = useState('');
  const [loggedOut, setLoggedOut] = useState('');
  const [confidential, setConfidential] = useState(false);
  const [scopes, setScopes] = useState<readonly ScopeName[]>(['read']);
  const [expiry, setExpiry] = useState<Expiry>('never');
  const given =
    hospital === null
      ? (choices.region ?? [])
      : (choices.hospitals.find(({ code }) => code === hospital)?.scopes ?? []);
  const offered: readonly ScopeName[] = kind === 'machine' ? given : OF_PEOPLE;
  const wanted = scopes.filter((scope) => offered.includes(scope));
  const hasAddress = kind === 'machine' || linesOf(redirect).length > 0;
  const ready = name.trim() !== '' && wanted.length > 0 && hasAddress;
  const make = async (): Promise<void> => {
    const days = DAYS[expiry];
    const isMachine = kind === 'machine';
    await run(async () =>
      onMade(
        await createClient({
          kind,
          name,
          hospital,
          scopes: wanted,
          authentication: isMachine || (kind === 'web' && confidential) ? 'secret' : 'none',
          redirectUris: isMachine ? [] : linesOf(redirect),
          loggedOutUris: isMachine ? [] : linesOf(loggedOut),
          expiresAt: days === null ? null : new Date(Date.now() + days * 86_400_000).toISOString(),
        }),
      ),
    );
  };
  return (
    <FormDialog
      title={labels.title}
      words={{ cancel: labels.cancel, confirm: labels.create, busy: labels.creating }}
      ready={ready}
      busy={busy}
      width={600}
      confirmId="app-confirm"
      onSubmit={make}
      onClose={onClose}
    >
      <fieldset className="key-kinds">
        <legend className="field-label">{labels.kind}</legend>
        {KINDS.map((each) => (
          <button
            key={each}
            type="button"
            className="key-kind"
            aria-pressed={kind === each}
            onClick={() => setKind(each)}
            data-testid={`app-${each}`}
          >
            <strong>{words.kinds[each].name}</strong>
            <span>{words.kinds[each].text}</span>
          </button>
        ))}
      </fieldset>
      <Field label={labels.name} hint={labels.nameHint}>
        <Input
          value={name}
          maxLength={100}
          autoFocus
          onChange={({ target }) => setName(target.value)}
          data-testid="app-name"
        />
      </Field>
      <div className="field-pair">
        <Field label={labels.hospital}>
          <Select
            value={hospital ?? REGION}
            popupMatchSelectWidth={false}
            onChange={(value: string) => setHospital(value === REGION ? null : value)}
            options={[
              ...choices.hospitals.map(({ code, name: named }) => ({ value: code, label: pick(named) })),
              ...(choices.region === null ? [] : [{ value: REGION, label: words.region }]),
            ]}
          />
        </Field>
        <Field label={labels.expiry}>
          <Select
            value={expiry}
            onChange={(value: Expiry) => setExpiry(value)}
            options={(Object.keys(DAYS) as Expiry[]).map((value) => ({
              value,
              label: labels.expiries[value],
            }))}
          />
        </Field>
      </div>
      {kind !== 'machine' && (
        <>
          <Field label={labels.redirect} hint={labels.redirectHint}>
            <Input.TextArea
              value={redirect}
              autoSize={{ minRows: 1, maxRows: 5 }}
              spellCheck={false}
              onChange={({ target }) => setRedirect(target.value)}
              data-testid="app-redirect"
            />
          </Field>
          <Field label={labels.loggedOut}>
            <Input.TextArea
              value={loggedOut}
              autoSize={{ minRows: 1, maxRows: 3 }}
              spellCheck={false}
              onChange={({ target }) => setLoggedOut(target.value)}
            />
          </Field>
        </>
      )}
      {kind === 'web' && (
        <div className="field">
          <Checkbox checked={confidential} onChange={({ target }) => setConfidential(target.checked)}>
            {labels.confidential}
          </Checkbox>
          <p className="quiet">{labels.confidentialHint}</p>
        </div>
      )}
      <fieldset className="field app-scopes">
        <legend className="field-label">{labels.scopes}</legend>
        {offered.map((scope) => (
          <Checkbox
            key={scope}
            checked={scopes.includes(scope)}
            onChange={({ target }) =>
              setScopes((now) => (target.checked ? [...now, scope] : now.filter((one) => one !== scope)))
            }
          >
            {words.scopes[scope]}
          </Checkbox>
        ))}
      </fieldset>
      {error !== null && (
        <div ref={(line) => line?.scrollIntoView({ block: 'nearest' })}>
          <FailedLine error={error} title={labels.failed} network={labels.network} server={labels.server} />
        </div>
      )}
    </FormDialog>
  );
}
