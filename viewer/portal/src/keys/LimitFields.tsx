import { Input, Select } from 'antd';
import type { KeyPurposeName } from '@hutong/server/contract/keys';
import { Field } from '../corrections/ActionDialog.tsx';
import { keyWords } from '../i18n/keys.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';

/** What narrows the use of a key, as it is typed. */
export interface Limits {
  purpose: KeyPurposeName;
  networks: string;
  certificate: string;
}

/** Purpose, networks and client certificate of a key. */
export function LimitFields({
  limits,
  certificates,
  onChange,
}: {
  limits: Limits;
  /** Whether the installation is told client certificates. */
  certificates: boolean;
  onChange: (limits: Limits) => void;
}) {
  const { wizard, purposes } = useOwnWords(keyWords);
  return (
    <div className="dialog-form">
      <Field label={wizard.purpose}>
        <Select
          value={limits.purpose}
          onChange={(purpose: KeyPurposeName) => onChange({ ...limits, purpose })}
          options={Object.entries(purposes).map(([value, label]) => ({ value, label }))}
        />
      </Field>
      <Field label={wizard.networks} hint={wizard.networksHint}>
        <Input.TextArea
          value={limits.networks}
          autoSize={{ minRows: 2, maxRows: 6 }}
          spellCheck={false}
          onChange={({ target }) => onChange({ ...limits, networks: target.value })}
          data-testid="key-networks"
        />
      </Field>
      {certificates && (
        <Field label={wizard.certificate} hint={wizard.certificateHint}>
          <Input.TextArea
            value={limits.certificate}
            autoSize={{ minRows: 1, maxRows: 6 }}
            spellCheck={false}
            onChange={({ target }) => onChange({ ...limits, certificate: target.value })}
            data-testid="key-certificate"
          />
        </Field>
      )}
    </div>
  );
}
