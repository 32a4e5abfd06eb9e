import { useState } from 'react';
import { Input, Select } from 'antd';
import type { AllianceBody, QualityCentreBody, RegistryBody } from '@hutong/server/contract/registry';
import { changeRegistry } from '../api/registry.ts';
import { useWords } from '../i18n/language.ts';
import { registryWords } from '../i18n/registry.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { findsLabel, useRegistryNames } from './names.ts';
import { Field, RegistryDialog } from './RegistryDialog.tsx';

type Doing =
  | { kind: 'centre'; centre: QualityCentreBody | null }
  | { kind: 'alliance'; alliance: AllianceBody | null }
  | { kind: 'member'; alliance: AllianceBody };

const CODE = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** Quality centres and alliances of hospitals. */
export function Circles({ registry }: { registry: RegistryBody }) {
  const { pick } = useWords();
  const words = useOwnWords(registryWords).hospitals;
  const { hospital } = useRegistryNames(registry);
  const [doing, setDoing] = useState<Doing | null>(null);
  const keeps = registry.may.keepRegion;
  const close = (): void => setDoing(null);
  return (
    <div className="registry-pair">
      <section className="registry-section">
        <div className="registry-heading">
          <h2>{words.centres}</h2>
          {keeps && (
            <button
              type="button"
              className="button"
              onClick={() => setDoing({ kind: 'centre', centre: null })}
              data-testid="add-centre"
            >
              {words.addCentre}
            </button>
          )}
        </div>
        {registry.centres.length === 0 && <p className="quiet">{words.noCentres}</p>}
        <ul className="registry-rows">
          {registry.centres.map((centre) => (
            <li key={centre.code} className="registry-line">
              <span className="registry-what">
                <strong>{pick(centre.name)}</strong>
                <span className="quiet">
                  {centre.scope}
                  {centre.modalities.length > 0 && ` · ${centre.modalities.join(' ')}`}
                  {centre.people.length > 0 && ` · ${centre.people.map(({ name }) => name).join('、')}`}
                </span>
              </span>
              {keeps && (
                <button
                  type="button"
                  className="text-button"
                  onClick={() => setDoing({ kind: 'centre', centre })}
                >
                  {words.edit}
                </button>
              )}
            </li>
          ))}
        </ul>
      </section>
      <section className="registry-section">
        <div className="registry-heading">
          <h2>{words.alliances}</h2>
          {keeps && (
            <button
              type="button"
              className="button"
              onClick={() => setDoing({ kind: 'alliance', alliance: null })}
            >
              {words.addAlliance}
            </button>
          )}
        </div>
        {registry.alliances.length === 0 && <p className="quiet">{words.noAlliances}</p>}
        <ul className="registry-rows">
          {registry.alliances.map((alliance) => (
            <li key={alliance.code} className="registry-line">
              <span className="registry-what">
                <strong>{pick(alliance.name)}</strong>
                <span className="quiet">
                  {alliance.members
                    .filter(({ leftOn }) => leftOn === null)
                    .map((member) => hospital(member.hospital))
                    .join('、')}
                </span>
              </span>
              {keeps && (
                <button
                  type="button"
                  className="text-button"
                  onClick={() => setDoing({ kind: 'member', alliance })}
                >
                  {words.member}
                </button>
              )}
            </li>
          ))}
        </ul>
      </section>
      {doing?.kind === 'centre' && <CentreDialog registry={registry} centre={doing.centre} onClose={close} />}
      {doing?.kind === 'alliance' && <AllianceDialog onClose={close} />}
      {doing?.kind === 'member' && (
        <MemberDialog registry={registry} alliance={doing.alliance} onClose={close} />
      )}
    </div>
  );
}

function CentreDialog({
  registry,
  centre,
  onClose,
}: {
  registry: RegistryBody;
  centre: QualityCentreBody | null;
  onClose: () => void;
}) {
  const all = useOwnWords(registryWords);
  const words = all.hospitals;
  const { scopeOptions } = useRegistryNames(registry);
  const [code, setCode] = useState(centre?.code ?? '');
  const [nameZh, setNameZh] = useState(centre?.name.zh ?? '');
  const [nameEn, setNameEn] = useState(centre?.name.en ?? '');
  const [scope, setScope] = useState(
    centre?.scope ?? registry.scopes.find((one) => one.isDefault)?.name ?? null,
  );
  const [modalities, setModalities] = useState(centre?.modalities ?? []);
  const [people, setPeople] = useState(centre?.people.map(({ username }) => username).join(', ') ?? '');
  const save = async (): Promise<void> => {
    const names = { nameZh: nameZh.trim(), nameEn: nameEn.trim() === '' ? nameZh.trim() : nameEn.trim() };
    await changeRegistry('PUT', '/centres', { code, ...names, scope, modalities });
    const usernames = people.split(/[\s,，、]+/).filter((name) => name !== '');
    await changeRegistry('PUT', '/centres/people', { code, usernames });
  };
  return (
    <RegistryDialog
      title={centre === null ? words.addCentre : words.edit}
      ready={CODE.test(code) && nameZh.trim() !== '' && scope !== null}
      onSave={save}
      onClose={onClose}
    >
      <Field label={words.code}>
        <Input value={code} disabled={centre !== null} onChange={({ target }) => setCode(target.value)} />
      </Field>
      <Field label={words.nameZh}>
        <Input value={nameZh} onChange={({ target }) => setNameZh(target.value)} />
      </Field>
      <Field label={words.nameEn}>
        <Input value={nameEn} onChange={({ target }) => setNameEn(target.value)} />
      </Field>
      <Field label={all.scope}>
        <Select value={scope} options={scopeOptions} onChange={(value: string) => setScope(value)} />
      </Field>
      <Field label={words.modalities}>
        <Select
          mode="multiple"
          value={modalities}
          options={['DR', 'CT', 'MR'].map((value) => ({ value, label: value }))}
          onChange={(value: string[]) => setModalities(value)}
        />
      </Field>
      <Field label={words.people}>
        <Input value={people} onChange={({ target }) => setPeople(target.value)} />
      </Field>
    </RegistryDialog>
  );
}

function AllianceDialog({ onClose }: { onClose: () => void }) {
  const words = useOwnWords(registryWords).hospitals;
  const [code, setCode] = useState('');
  const [nameZh, setNameZh] = useState('');
  const [nameEn, setNameEn] = useState('');
  return (
    <RegistryDialog
      title={words.addAlliance}
      ready={CODE.test(code) && nameZh.trim() !== ''}
      onSave={() =>
        changeRegistry('PUT', '/alliances', {
          code,
          nameZh: nameZh.trim(),
          nameEn: nameEn.trim() === '' ? nameZh.trim() : nameEn.trim(),
        })
      }
      onClose={onClose}
    >
      <Field label={words.code}>
        <Input value={code} autoFocus onChange={({ target }) => setCode(target.value)} />
      </Field>
      <Field label={words.nameZh}>
        <Input value={nameZh} onChange={({ target }) => setNameZh(target.value)} />
      </Field>
      <Field label={words.nameEn}>
        <Input value={nameEn} onChange={({ target }) => setNameEn(target.value)} />
      </Field>
    </RegistryDialog>
  );
}

function MemberDialog({
  registry,
  alliance,
  onClose,
}: {
  registry: RegistryBody;
  alliance: AllianceBody;
  onClose: () => void;
}) {
  const { pick } = useWords();
  const all = useOwnWords(registryWords);
  const { hospitalOptions } = useRegistryNames(registry);
  const [hospital, setHospital] = useState<string | null>(null);
  const present = alliance.members.filter(({ leftOn }) => leftOn === null).map((one) => one.hospital);
  return (
    <RegistryDialog
      title={`${all.hospitals.member} · ${pick(alliance.name)}`}
      ready={hospital !== null}
      onSave={() => changeRegistry('POST', '/alliance-members', { alliance: alliance.code, hospital })}
      onClose={onClose}
    >
      <Field label={all.hospital}>
        <Select
          value={hospital}
          options={hospitalOptions.filter(({ value }) => !present.includes(value))}
          showSearch={{ filterOption: findsLabel }}
          onChange={(value: string) => setHospital(value)}
        />
      </Field>
    </RegistryDialog>
  );
}
