import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Input, Modal, Radio, Select } from 'antd';
import type { EvaluationBody, EvaluationsPage, RegistryBody } from '@hutong/server/contract/registry';
import { changeRegistry, documentHref, evaluationsQuery, putDocument } from '../api/registry.ts';
import { FileDrop } from '../app/FileDrop.tsx';
import { formatInstant } from '../format/format.ts';
import { registryWords } from '../i18n/registry.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { findsLabel, useRegistryNames } from './names.ts';
import { Field, RegistryDialog } from './RegistryDialog.tsx';
import { chineseToday, mayEvaluateAt } from './registryState.ts';

/** Enters what a quality centre found of a hospital, for one item or several. */
export function EnterEvaluation({
  registry,
  scope,
  hospitals,
  preset,
  onClose,
}: {
  registry: RegistryBody;
  scope: string;
  hospitals: readonly string[];
  preset: { hospital: string | null; items: string[] };
  onClose: () => void;
}) {
  const all = useOwnWords(registryWords);
  const words = all.evaluations;
  const { hospital: nameOf, itemOptions } = useRegistryNames(registry);
  const [hospital, setHospital] = useState(preset.hospital);
  const [items, setItems] = useState(preset.items);
  const [evaluatedAt, setEvaluatedAt] = useState(chineseToday());
  const [validUntil, setValidUntil] = useState('');
  const [result, setResult] = useState<'passed' | 'failed'>('passed');
  const [centre, setCentre] = useState<string | null>(null);
  const [document, setDocument] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const months = registry.scopes.find(({ name }) => name === scope)?.validityMonths ?? 6;
  const centres = registry.centres.filter((one) => one.scope === scope);
  const save = async (): Promise<void> => {
    const answer = await changeRegistry<Pick<EvaluationsPage, 'evaluations'>>('POST', '/evaluations', {
      hospital,
      items,
      scope,
      evaluatedAt,
      result,
      document: document.trim(),
      ...(validUntil === '' ? {} : { validUntil }),
      ...(centre === null ? {} : { centre }),
    });
    if (file === null) return;
    for (const { id, documentType } of answer?.evaluations ?? [])
      if (documentType === '') await putDocument(id, file);
  };
  return (
    <RegistryDialog
      title={`${words.enter} · ${scope}`}
      ready={hospital !== null && items.length > 0 && evaluatedAt !== ''}
      onSave={save}
      onClose={onClose}
    >
      <Field label={all.hospital}>
        <Select
          value={hospital}
          options={hospitals.map((code) => ({ value: code, label: `${nameOf(code)} · ${code}` }))}
          showSearch={{ filterOption: findsLabel }}
          onChange={(value: string) => setHospital(value)}
          data-testid="evaluation-hospital"
        />
      </Field>
      <Field label={words.items}>
        <Select
          mode="multiple"
          value={items}
          options={itemOptions}
          showSearch={{ filterOption: findsLabel }}
          maxTagCount={6}
          onChange={(value: string[]) => setItems(value)}
          data-testid="evaluation-items"
        />
      </Field>
      <button
        type="button"
        className="text-button registry-start"
        onClick={() => setItems(registry.items.map(({ code }) => code))}
      >
        {words.allItems}
      </button>
      <Radio.Group
        value={result}
        onChange={({ target }) => setResult(target.value === 'failed' ? 'failed' : 'passed')}
        options={[
          { value: 'passed', label: words.passed },
          { value: 'failed', label: words.failed },
        ]}
      />
      <div className="registry-pair">
        <Field label={words.evaluatedAt}>
          <Input type="date" value={evaluatedAt} onChange={({ target }) => setEvaluatedAt(target.value)} />
        </Field>
        <Field label={words.validUntil} hint={words.validHint(months)}>
          <Input type="date" value={validUntil} onChange={({ target }) => setValidUntil(target.value)} />
        </Field>
      </div>
      {centres.length > 0 && (
        <Field label={words.centre}>
          <Select
            allowClear
            value={centre}
            options={centres.map(({ code, name }) => ({ value: code, label: name.zh }))}
            onChange={(value: string | undefined) => setCentre(value ?? null)}
          />
        </Field>
      )}
      <Field label={words.document}>
        <Input value={document} maxLength={200} onChange={({ target }) => setDocument(target.value)} />
      </Field>
      <FileDrop accept=".pdf,.jpg,.jpeg,.png" label={file?.name ?? words.file} onFile={setFile} />
    </RegistryDialog>
  );
}

function EvaluationLine({ one, onRevoke }: { one: EvaluationBody; onRevoke: (() => void) | null }) {
  const marks = useMarks();
  const all = useOwnWords(registryWords);
  const words = all.evaluations;
  return (
    <li className={one.revoked === null ? undefined : 'registry-revoked'}>
      <span>
        <strong className={`registry-result-${one.result}`}>{words[one.result]}</strong>{' '}
        {words.validFrom(one.evaluatedAt, one.validUntil)}
      </span>
      <span className="quiet">
        {[one.centre, one.document].filter((text) => text !== null && text !== '').join(' · ')}{' '}
        {all.by(one.recordedBy, formatInstant(one.recordedAt))}
      </span>
      {one.revoked !== null && (
        <span className="registry-fault">
          {marks.said(words.revoked, one.revoked.reason)}{' '}
          {all.by(one.revoked.by, formatInstant(one.revoked.at))}
        </span>
      )}
      <span className="registry-acts">
        {one.documentType !== '' && (
          <a className="text-button" href={documentHref(one.id)} download>
            {words.openFile}
          </a>
        )}
        {one.revoked === null && onRevoke !== null && (
          <button type="button" className="text-button" onClick={onRevoke}>
            {words.revoke}
          </button>
        )}
      </span>
    </li>
  );
}

/** All evaluations of a hospital for an item, those that were taken back too. */
export function EvaluationDetail({
  registry,
  hospital,
  item,
  scope,
  onEnter,
  onClose,
}: {
  registry: RegistryBody;
  hospital: string;
  item: string;
  scope: string;
  onEnter: (() => void) | null;
  onClose: () => void;
}) {
  const words = useOwnWords(registryWords).evaluations;
  const names = useRegistryNames(registry);
  const { data } = useQuery(evaluationsQuery(hospital, item, scope));
  const [revoking, setRevoking] = useState<number | null>(null);
  const may = mayEvaluateAt(registry, scope);
  if (revoking !== null) return <RevokeDialog id={revoking} onClose={() => setRevoking(null)} />;
  return (
    <Modal
      open
      title={`${names.hospital(hospital)} · ${item} ${names.item(item)} · ${scope}`}
      footer={
        onEnter === null ? null : (
          <button type="button" className="button button-primary" onClick={onEnter}>
            {words.enter}
          </button>
        )
      }
      onCancel={onClose}
      width={600}
    >
      <ul className="registry-history" data-testid="evaluation-history">
        {data?.map((one) => (
          <EvaluationLine key={one.id} one={one} onRevoke={may ? () => setRevoking(one.id) : null} />
        ))}
        {data?.length === 0 && <li className="quiet">{words.noneYet}</li>}
      </ul>
    </Modal>
  );
}

function RevokeDialog({ id, onClose }: { id: number; onClose: () => void }) {
  const all = useOwnWords(registryWords);
  const [reason, setReason] = useState('');
  return (
    <RegistryDialog
      title={all.evaluations.revoke}
      hint={all.evaluations.revokeAsk}
      ready={reason.trim() !== ''}
      onSave={() => changeRegistry('POST', `/evaluations/${id}/revoke`, { reason: reason.trim() })}
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
