import { useState } from 'react';
import { Input, Select } from 'antd';
import type { KeyChoices, KeyPurposeName, KeyScopeName, NewSecretBody } from '@hutong/server/contract/keys';
import { createKey } from '../api/keys.ts';
import { FormDialog } from '../app/FormDialog.tsx';
import { FailedLine } from '../conformance/FailedLine.tsx';
import { Field } from '../corrections/ActionDialog.tsx';
import { useWords } from '../i18n/language.ts';
import { keyWords } from '../i18n/keys.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useAct } from '../people/useAct.ts';
import {
  EXPIRIES,
  type Expiry,
  expiryOf,
  KEY_KINDS,
  type KeyKind,
  kindsToGive,
  readNetworks,
} from './keyKinds.ts';
import { LimitFields } from './LimitFields.tsx';

const REGION = '*';

/** Asks what a new key is for, and makes it. */
export function KeyWizard({
  choices,
  onMade,
  onClose,
}: {
  choices: KeyChoices;
  onMade: (made: NewSecretBody) => void;
  onClose: () => void;
}) {
  const { pick } = useWords();
  const words = useOwnWords(keyWords);
  const { wizard } = words;
  const { busy, error, run } = useAct();
  const [kind, setKind] = useState<KeyKind>('modality');
  const [label, setLabel] = useState('');
  const [hospital, setHospital] = useState<string | null>(choices.hospitals[0]?.code ?? null);
  const [scopes, setScopes] = useState<readonly KeyScopeName[]>(KEY_KINDS.modality);
  const [expiry, setExpiry] = useState<Expiry>('d365');
  const [limits, setLimits] = useState({ purpose: 'TREAT' as KeyPurposeName, networks: '', certificate: '' });
  const everOffered = [...(choices.region ?? []), ...choices.hospitals.flatMap((place) => place.scopes)];
  const offered =
    hospital === null
      ? (choices.region ?? [])
      : (choices.hospitals.find(({ code }) => code === hospital)?.scopes ?? []);
  const wanted = scopes.filter((scope) => offered.includes(scope));
  const ready = label.trim() !== '' && wanted.length > 0 && (hospital !== null || choices.region !== null);
  const choose = (next: KeyKind): void => {
    setKind(next);
    if (next !== 'custom') setScopes(KEY_KINDS[next]);
    setLimits((now) => ({ ...now, purpose: next === 'monitor' ? 'HOPERAT' : 'TREAT' }));
  };
  const make = async (): Promise<void> => {
    const { purpose, networks, certificate } = limits;
    await run(async () =>
      onMade(
        await createKey({
          hospital,
          scopes: wanted,
          label,
          purpose,
          expiresAt: expiryOf(expiry),
          networks: readNetworks(networks),
          clientCertificate: certificate.trim() === '' ? null : certificate,
        }),
      ),
    );
  };
  return (
    <FormDialog
      title={wizard.title}
      words={{ cancel: wizard.cancel, confirm: wizard.create, busy: wizard.creating }}
      ready={ready}
      busy={busy}
      width={600}
      confirmId="key-confirm"
      onSubmit={make}
      onClose={onClose}
    >
      <fieldset className="key-kinds">
        <legend className="field-label">{wizard.kind}</legend>
        {kindsToGive(everOffered).map((each) => (
          <button
            key={each}
            type="button"
            className="key-kind"
            aria-pressed={kind === each}
            onClick={() => choose(each)}
            data-testid={`kind-${each}`}
          >
            <strong>{wizard.kinds[each].name}</strong>
            <span>{wizard.kinds[each].text}</span>
          </button>
        ))}
      </fieldset>
      <Field label={wizard.label} hint={wizard.labelHint}>
        <Input
          value={label}
          maxLength={100}
          autoFocus
          onChange={({ target }) => setLabel(target.value)}
          data-testid="key-label"
        />
      </Field>
      <div className="field-pair">
        <Field label={wizard.hospital}>
          <Select
            value={hospital ?? REGION}
            popupMatchSelectWidth={false}
            showSearch={{ optionFilterProp: 'label' }}
            onChange={(value: string) => setHospital(value === REGION ? null : value)}
            options={[
              ...choices.hospitals.map(({ code, name }) => ({ value: code, label: pick(name) })),
              ...(choices.region === null ? [] : [{ value: REGION, label: words.region }]),
            ]}
            data-testid="key-hospital"
          />
        </Field>
        <Field label={wizard.expiry}>
          <Select
            value={expiry}
            onChange={(value: Expiry) => setExpiry(value)}
            options={EXPIRIES.map((value) => ({ value, label: wizard.expiries[value] }))}
          />
        </Field>
      </div>
      <fieldset className="field key-scopes">
        <legend className="field-label">{wizard.scopes}</legend>
        <div className="role-options">
          {offered.map((scope) => (
            <button
              key={scope}
              type="button"
              className="chip"
              aria-pressed={wanted.includes(scope)}
              onClick={() => {
                setKind('custom');
                setScopes(
                  wanted.includes(scope) ? wanted.filter((held) => held !== scope) : [...wanted, scope],
                );
              }}
              data-testid={`scope-${scope}`}
            >
              {words.scopes[scope]}
            </button>
          ))}
        </div>
      </fieldset>
      <details className="key-limits">
        <summary>{wizard.more}</summary>
        <LimitFields limits={limits} certificates={choices.clientCertificates} onChange={setLimits} />
      </details>
      {error !== null && (
        <FailedLine
          error={error}
          title={wizard.failed}
          network={words.drawer.network}
          server={words.drawer.server}
        />
      )}
    </FormDialog>
  );
}
