import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Input, InputNumber, Modal, Select } from 'antd';
import type { RegistryBody, RegistryHospitalBody, ScopeKindName } from '@hutong/server/contract/registry';
import { changeRegistry, hospitalHistoryQuery } from '../api/registry.ts';
import { formatInstant } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { registryWords } from '../i18n/registry.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { findsLabel, useRegistryNames } from './names.ts';
import { Field, RegistryDialog } from './RegistryDialog.tsx';
import { chineseToday } from './registryState.ts';

interface Closes {
  onClose: () => void;
}

/** Adds a hospital, or changes what is said of it. */
export function HospitalDialog({
  registry: { may },
  hospital,
  onClose,
}: Closes & { registry: RegistryBody; hospital: RegistryHospitalBody | null }) {
  const words = useOwnWords(registryWords).hospitals;
  const [code, setCode] = useState(hospital?.code ?? '');
  const [nameZh, setNameZh] = useState(hospital?.name.zh ?? '');
  const [nameEn, setNameEn] = useState(hospital?.name.en ?? '');
  const [level, setLevel] = useState(hospital?.level ?? '');
  const [region, setRegion] = useState(hospital?.region ?? '');
  const save = (): Promise<unknown> => {
    const names = { nameZh: nameZh.trim(), nameEn: nameEn.trim() === '' ? nameZh.trim() : nameEn.trim() };
    if (hospital === null)
      return changeRegistry('POST', '/hospitals', { code: code.trim(), ...names, level, region });
    const facts = may.keepRegion ? { level, region } : {};
    return changeRegistry('PATCH', `/hospitals/${encodeURIComponent(hospital.code)}`, {
      ...(may.administer ? names : {}),
      ...facts,
    });
  };
  return (
    <RegistryDialog
      title={hospital === null ? words.addHospital : words.edit}
      ready={/^[a-z0-9][a-z0-9-]{0,31}$/.test(code.trim()) && nameZh.trim() !== ''}
      onSave={save}
      onClose={onClose}
    >
      {hospital === null && (
        <Field label={words.code}>
          <Input value={code} autoFocus onChange={({ target }) => setCode(target.value)} data-testid="code" />
        </Field>
      )}
      {may.administer && (
        <>
          <Field label={words.nameZh}>
            <Input value={nameZh} onChange={({ target }) => setNameZh(target.value)} data-testid="name-zh" />
          </Field>
          <Field label={words.nameEn}>
            <Input value={nameEn} onChange={({ target }) => setNameEn(target.value)} />
          </Field>
        </>
      )}
      <Field label={words.level} hint={words.levelHint}>
        <Input value={level} onChange={({ target }) => setLevel(target.value)} data-testid="level" />
      </Field>
      <Field label={words.region}>
        <Input value={region} onChange={({ target }) => setRegion(target.value)} />
      </Field>
    </RegistryDialog>
  );
}

/** Adds a scope, changes what it lies within, or ends it. */
export function ScopeDialog({
  registry,
  name,
  onClose,
}: Closes & { registry: RegistryBody; name: string | null }) {
  const words = useOwnWords(registryWords).hospitals;
  const before = registry.scopes.find((scope) => scope.name === name);
  const [given, setGiven] = useState(name ?? '');
  const [nameEn, setNameEn] = useState(before?.nameEn ?? '');
  const [kind, setKind] = useState<ScopeKindName>(before?.kind ?? 'city');
  const [months, setMonths] = useState(before?.validityMonths ?? 6);
  const [within, setWithin] = useState(before?.within ?? []);
  const [ends, setEnds] = useState(false);
  const others = registry.scopes.filter((scope) => scope.name !== name);
  const save = (): Promise<unknown> =>
    ends
      ? changeRegistry('POST', '/scopes/end', { name: given })
      : changeRegistry('PUT', '/scopes', {
          name: given.trim(),
          nameEn: nameEn.trim(),
          kind,
          validityMonths: months,
          within,
        });
  return (
    <RegistryDialog
      title={name ?? words.addScope}
      hint={ends ? words.endAsk : words.scopeHint}
      ready={given.trim() !== ''}
      {...(ends ? { confirm: words.end } : {})}
      onSave={save}
      onClose={onClose}
    >
      {!ends && (
        <>
          {name === null && (
            <Field label={words.nameZh}>
              <Input
                value={given}
                autoFocus
                maxLength={64}
                onChange={({ target }) => setGiven(target.value)}
                data-testid="scope-name"
              />
            </Field>
          )}
          <Field label={words.nameEn}>
            <Input value={nameEn} maxLength={200} onChange={({ target }) => setNameEn(target.value)} />
          </Field>
          <Field label={words.kind}>
            <Select
              value={kind}
              options={Object.entries(words.kinds).map(([value, label]) => ({ value, label }))}
              onChange={(value: ScopeKindName) => setKind(value)}
            />
          </Field>
          <Field label={words.within}>
            <Select
              mode="multiple"
              value={within}
              options={others.map((scope) => ({ value: scope.name, label: scope.name }))}
              onChange={(value: string[]) => setWithin(value)}
              data-testid="scope-within"
            />
          </Field>
          <Field label={words.months}>
            <InputNumber min={1} max={36} value={months} onChange={(value) => setMonths(value ?? 6)} />
          </Field>
        </>
      )}
      {name !== null && before?.isDefault === false && (
        <button type="button" className="text-button" onClick={() => setEnds(!ends)}>
          {ends ? words.edit : words.end}
        </button>
      )}
    </RegistryDialog>
  );
}

/** A hospital joins a scope, or leaves one. */
export function MembershipDialog({
  registry,
  hospital,
  leaves,
  onClose,
}: Closes & { registry: RegistryBody; hospital: RegistryHospitalBody; leaves: string | null }) {
  const all = useOwnWords(registryWords);
  const words = all.hospitals;
  const { hospital: nameOf, scopeOptions } = useRegistryNames(registry);
  const [scope, setScope] = useState(leaves);
  const [day, setDay] = useState(chineseToday());
  return (
    <RegistryDialog
      title={`${leaves === null ? words.joins : words.leave} · ${nameOf(hospital.code)}`}
      {...(leaves === null ? {} : { hint: words.leaveAsk(leaves), confirm: words.leave })}
      ready={scope !== null && day !== ''}
      onSave={() =>
        changeRegistry('POST', leaves === null ? '/members' : '/members/end', {
          scope,
          hospital: hospital.code,
          day,
        })
      }
      onClose={onClose}
    >
      {leaves === null && (
        <Field label={all.scope}>
          <Select
            value={scope}
            options={scopeOptions.filter(({ value }) => !hospital.scopes.includes(value))}
            showSearch={{ filterOption: findsLabel }}
            onChange={(value: string) => setScope(value)}
          />
        </Field>
      )}
      <Field label={words.from}>
        <Input type="date" value={day} onChange={({ target }) => setDay(target.value)} />
      </Field>
    </RegistryDialog>
  );
}

/** What was changed about a hospital, the newest first. */
export function HospitalHistory({ hospital, onClose }: Closes & { hospital: RegistryHospitalBody }) {
  const marks = useMarks();
  const { pick } = useWords();
  const all = useOwnWords(registryWords);
  const { data, error } = useQuery(hospitalHistoryQuery(hospital.code));
  const text = (value: Record<string, unknown> | null): string =>
    value === null
      ? '—'
      : Object.entries(value)
          .filter(([key, one]) => !['code', 'hospital'].includes(key) && one !== '' && one !== null)
          .map(([, one]) => String(one))
          .join(' · ');
  return (
    <Modal
      open
      title={`${all.hospitals.history} · ${pick(hospital.name)}`}
      footer={null}
      onCancel={onClose}
      width={600}
    >
      {data === undefined && error !== null && <p role="alert">{all.error}</p>}
      <ul className="registry-history">
        {data?.map(({ id, subject, before, after, by, at, kind }) => (
          <li key={id}>
            <span className="quiet">{all.by(by, formatInstant(at))}</span>
            <span>
              {marks.said(kind === 'hospital' ? all.hospitals.changed : subject, '')}
              {before === null ? '' : `${text(before)} → `}
              {text(after)}
            </span>
          </li>
        ))}
        {data?.length === 0 && <li className="quiet">{all.none}</li>}
      </ul>
    </Modal>
  );
}
