import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { HospitalRef } from '@hutong/server/contract';
import type { NewCdsClientBody } from '@hutong/server/contract/reminders';
import { ApiError } from '../api/http.ts';
import { createCdsClient } from '../api/reminders.ts';
import { FormDialog } from '../app/FormDialog.tsx';
import { useWords } from '../i18n/language.ts';
import { remindersWords } from '../i18n/reminders.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';

/** Registers a system by its issuer and its public keys. */
export function ClientDialog({
  hospitals,
  onClose,
}: {
  hospitals: readonly HospitalRef[];
  onClose: () => void;
}) {
  const { language, pick } = useWords();
  const words = useOwnWords(remindersWords).clients;
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [hospital, setHospital] = useState(hospitals[0]?.code ?? '');
  const [issuer, setIssuer] = useState('');
  const [jwksUrl, setJwksUrl] = useState('');
  const [jwks, setJwks] = useState('');
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState('');
  const filled = (text: string): boolean => text.trim() !== '';

  async function save(): Promise<void> {
    setBusy(true);
    setFailed('');
    try {
      const keys = filled(jwksUrl)
        ? { jwksUrl: jwksUrl.trim() }
        : { jwks: JSON.parse(jwks) as NonNullable<NewCdsClientBody['jwks']> };
      await createCdsClient({ name: name.trim(), hospital, issuer: issuer.trim(), ...keys });
      await client.invalidateQueries({ queryKey: ['cds-clients'] });
      onClose();
    } catch (error) {
      const problem = error instanceof ApiError ? error.problem : null;
      if (error instanceof SyntaxError) setFailed(words.badJson);
      else setFailed(problem === null ? words.failed : language === 'zh' ? problem.detailZh : problem.detail);
    } finally {
      setBusy(false);
    }
  }
  return (
    <FormDialog
      title={words.add}
      words={{ cancel: words.cancel, confirm: words.save, busy: words.saving }}
      ready={filled(name) && filled(issuer) && hospital !== '' && filled(jwksUrl) !== filled(jwks)}
      busy={busy}
      width={560}
      confirmId="cds-client-save"
      onSubmit={save}
      onClose={onClose}
    >
      <div className="reminder-client-form">
        <label>
          {words.name}
          <input value={name} maxLength={100} onChange={(event) => setName(event.target.value)} />
        </label>
        <label>
          {words.hospital}
          <select value={hospital} onChange={(event) => setHospital(event.target.value)}>
            {hospitals.map((one) => (
              <option key={one.code} value={one.code}>
                {pick(one.name)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.issuer}
          <input value={issuer} maxLength={500} onChange={(event) => setIssuer(event.target.value)} />
        </label>
        <label>
          {words.jwksUrl}
          <input value={jwksUrl} maxLength={500} onChange={(event) => setJwksUrl(event.target.value)} />
        </label>
        <label>
          {words.jwks}
          <textarea value={jwks} spellCheck={false} onChange={(event) => setJwks(event.target.value)} />
        </label>
        {failed !== '' && (
          <p role="alert" className="reminder-failed">
            {failed}
          </p>
        )}
      </div>
    </FormDialog>
  );
}
