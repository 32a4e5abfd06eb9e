import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import type { RegistryBody, SuspensionBody } from '@hutong/server/contract/registry';
import { changeRegistry, suspensionsQuery } from '../api/registry.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatInstant } from '../format/format.ts';
import { registryWords } from '../i18n/registry.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { findsLabel, useRegistryNames } from './names.ts';
import { Field, RegistryDialog } from './RegistryDialog.tsx';

/** Where issuing of labels is suspended, and was. */
export function SuspensionsTab({ registry }: { registry: RegistryBody }) {
  const marks = useMarks();
  const all = useOwnWords(registryWords);
  const words = all.suspensions;
  const names = useRegistryNames(registry);
  const { data, error, refetch } = useQuery(suspensionsQuery);
  const [doing, setDoing] = useState<SuspensionBody | 'new' | null>(null);
  const may = registry.may.keepRegion || registry.may.centres.length > 0;
  if (error !== null && data === undefined)
    return <ErrorNotice error={error} title={all.error} onRetry={() => void refetch()} />;
  if (data === undefined) return <DetailSkeleton />;
  return (
    <section className="registry-section">
      <div className="registry-heading">
        <p className="registry-hint">{words.lead}</p>
        {may && (
          <button
            type="button"
            className="button button-primary"
            onClick={() => setDoing('new')}
            data-testid="suspend"
          >
            {words.begin}
          </button>
        )}
      </div>
      <ul className="registry-rows">
        {data.length === 0 && <li className="quiet registry-empty">{words.none}</li>}
        {data.map((one) => (
          <li key={one.id} className="registry-row" data-testid="suspension">
            <span className="registry-what">
              <strong>{one.hospital === null ? all.any : names.hospital(one.hospital)}</strong>
              <span className="quiet">
                {one.item === null ? all.any : `${one.item} ${names.item(one.item)}`} · {one.scope ?? all.any}
              </span>
            </span>
            <span className={`registry-state ${one.lifted === null ? 'registry-device-failed' : ''}`}>
              {one.lifted === null ? words.live : words.lifted}
            </span>
            <span className="registry-what">
              <span>{one.reason}</span>
              <span className="quiet">{all.by(one.by, formatInstant(one.at))}</span>
              {one.lifted !== null && (
                <span className="quiet">
                  {marks.said(words.lifted, one.lifted.reason)}{' '}
                  {all.by(one.lifted.by, formatInstant(one.lifted.at))}
                </span>
              )}
            </span>
            <span className="registry-acts">
              {may && one.lifted === null && (
                <button type="button" className="text-button" onClick={() => setDoing(one)}>
                  {words.lift}
                </button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {doing === 'new' && <SuspendDialog registry={registry} onClose={() => setDoing(null)} />}
      {doing !== null && doing !== 'new' && <LiftDialog id={doing.id} onClose={() => setDoing(null)} />}
    </section>
  );
}

function LiftDialog({ id, onClose }: { id: number; onClose: () => void }) {
  const all = useOwnWords(registryWords);
  const [reason, setReason] = useState('');
  return (
    <RegistryDialog
      title={all.suspensions.liftTitle}
      ready={reason.trim() !== ''}
      confirm={all.suspensions.lift}
      onSave={() => changeRegistry('POST', `/suspensions/${id}/lift`, { reason: reason.trim() })}
      onClose={onClose}
    >
      <Field label={all.reason}>
        <Input.TextArea
          rows={3}
          maxLength={1000}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
      </Field>
    </RegistryDialog>
  );
}

function SuspendDialog({ registry, onClose }: { registry: RegistryBody; onClose: () => void }) {
  const all = useOwnWords(registryWords);
  const words = all.suspensions;
  const { hospital: nameOf, itemOptions, scopeOptions } = useRegistryNames(registry);
  const own = registry.centres.filter(({ code }) => registry.may.centres.includes(code));
  const [hospital, setHospital] = useState<string | null>(null);
  const [item, setItem] = useState<string | null>(null);
  const [scope, setScope] = useState<string | null>(own[0]?.scope ?? null);
  const [reason, setReason] = useState('');
  const one = (value: string | undefined): string | null => value ?? null;
  return (
    <RegistryDialog
      title={words.begin}
      hint={words.lead}
      ready={reason.trim() !== '' && (registry.may.keepRegion || scope !== null)}
      confirm={words.begin}
      onSave={() => changeRegistry('POST', '/suspensions', { hospital, item, scope, reason: reason.trim() })}
      onClose={onClose}
    >
      <Field label={all.hospital}>
        <Select
          allowClear
          placeholder={all.any}
          value={hospital}
          options={registry.hospitals.map(({ code }) => ({
            value: code,
            label: `${nameOf(code)} · ${code}`,
          }))}
          showSearch={{ filterOption: findsLabel }}
          onChange={(value: string | undefined) => setHospital(one(value))}
        />
      </Field>
      <Field label={all.item}>
        <Select
          allowClear
          placeholder={all.any}
          value={item}
          options={itemOptions}
          showSearch={{ filterOption: findsLabel }}
          onChange={(value: string | undefined) => setItem(one(value))}
        />
      </Field>
      <Field label={all.scope}>
        <Select
          allowClear
          placeholder={all.any}
          value={scope}
          options={scopeOptions}
          onChange={(value: string | undefined) => setScope(one(value))}
        />
      </Field>
      <Field label={all.reason}>
        <Input.TextArea
          rows={3}
          maxLength={1000}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
          data-testid="suspend-reason"
        />
      </Field>
    </RegistryDialog>
  );
}
