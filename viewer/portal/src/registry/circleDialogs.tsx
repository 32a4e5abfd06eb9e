import { useState } from 'react';
import { Input, Select } from 'antd';
import type { AllianceBody, QualityCentreBody, RegistryBody } from '@hutong/server/contract/registry';
import { changeRegistry } from '../api/registry.ts';
import { useWords } from '../i18n/language.ts';
import { registryWords } from '../i18n/registry.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { findsLabel, useRegistryNames } from './names.ts';
import { Field, RegistryDialog } from './RegistryDialog.tsx';
import { chineseToday } from './registryState.ts';

const CODE = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** A quality centre, its scope and who acts for it. */
export function CentreDialog({
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

/** A new alliance. */
export function AllianceDialog({ onClose }: { onClose: () => void }) {
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

/** A hospital that joins an alliance. */
export function MemberDialog({
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

/** Asks before a quality centre ends. */
export function EndCentreDialog({ centre, onClose }: { centre: QualityCentreBody; onClose: () => void }) {
  const { pick } = useWords();
  const words = useOwnWords(registryWords).hospitals;
  return (
    <RegistryDialog
      title={`${words.endCentre} · ${pick(centre.name)}`}
      hint={words.endCentreAsk}
      confirm={words.endCentre}
      ready
      onSave={() => changeRegistry('POST', '/centres/end', { code: centre.code })}
      onClose={onClose}
    >
      {null}
    </RegistryDialog>
  );
}

/** Asks from which day on a hospital is in an alliance no more. */
export function LeaveAllianceDialog({
  alliance,
  hospital,
  name,
  onClose,
}: {
  alliance: AllianceBody;
  hospital: string;
  /** Of the hospital, as it is read. */
  name: string;
  onClose: () => void;
}) {
  const { pick } = useWords();
  const words = useOwnWords(registryWords).hospitals;
  const [day, setDay] = useState(chineseToday());
  return (
    <RegistryDialog
      title={`${words.leave} · ${name}`}
      hint={words.leaveAllianceAsk(pick(alliance.name))}
      confirm={words.leave}
      ready={day !== ''}
      onSave={() =>
        changeRegistry('POST', '/alliance-members/end', { alliance: alliance.code, hospital, day })
      }
      onClose={onClose}
    >
      <Field label={words.from}>
        <Input type="date" value={day} onChange={({ target }) => setDay(target.value)} />
      </Field>
    </RegistryDialog>
  );
}
