import { useState, type SyntheticEvent } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, Input, Modal, Radio, Select } from 'antd';
import type { ExportPreview } from '@hutong/server/contract/privacy';
import { exportChoicesQuery, exportsQuery, makeExport, previewExport } from '../api/privacy.ts';
import { formatCount } from '../format/format.ts';
import { exportWords } from '../i18n/exports.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useErrorText } from '../worklist/EmptyStates.tsx';
import { bodyOf, EMPTY_DRAFT, isComplete, type ExportDraft } from './exportDraft.ts';
import { ExportExample } from './ExportExample.tsx';

type Change = (part: Partial<ExportDraft>) => void;

const SWITCHES = [
  'cleanDescriptors',
  'retainPatientCharacteristics',
  'retainSafePrivate',
  'retainDeviceIdentity',
  'retainInstitutionIdentity',
  'cleanGraphics',
  'cleanStructuredContent',
  'conformance',
] as const;

function WhatFields({ draft, change }: { draft: ExportDraft; change: Change }) {
  const { pick } = useWords();
  const words = useOwnWords(exportWords);
  const choices = useQuery(exportChoicesQuery).data;
  const named = (list: { code: string; name: { zh: string; en: string } }[] | undefined) =>
    (list ?? []).map(({ code, name }) => ({ value: code, label: `${code} ${pick(name)}` }));
  return (
    <fieldset className="privacy-fields">
      <legend>{words.what}</legend>
      <label>
        {words.hospitals}
        <Select
          mode="multiple"
          value={draft.hospitals}
          onChange={(hospitals: string[]) => change({ hospitals })}
          options={named(choices?.hospitals)}
        />
      </label>
      <label>
        {words.modalities}
        <Select
          mode="multiple"
          value={draft.modalities}
          onChange={(modalities: string[]) => change({ modalities })}
          options={(choices?.modalities ?? []).map((value) => ({ value, label: value }))}
        />
      </label>
      <label>
        {words.items}
        <Select
          mode="multiple"
          value={draft.items}
          onChange={(items: string[]) => change({ items })}
          options={named(choices?.items)}
          showSearch={{ optionFilterProp: 'label' }}
        />
      </label>
      <label>
        {words.label}
        <Input value={draft.label} onChange={({ target }) => change({ label: target.value })} />
      </label>
      <label>
        {words.from}
        <Input type="date" value={draft.from} onChange={({ target }) => change({ from: target.value })} />
      </label>
      <label>
        {words.to}
        <Input type="date" value={draft.to} onChange={({ target }) => change({ to: target.value })} />
      </label>
      <label className="privacy-wide">
        {words.studies}
        <Input.TextArea
          rows={2}
          value={draft.studies}
          onChange={({ target }) => change({ studies: target.value })}
        />
      </label>
    </fieldset>
  );
}

function HowFields({ draft, change }: { draft: ExportDraft; change: Change }) {
  const words = useOwnWords(exportWords);
  const { options } = draft;
  const set = (part: Partial<ExportDraft['options']>): void => change({ options: { ...options, ...part } });
  return (
    <fieldset className="privacy-fields">
      <legend>{words.how}</legend>
      <div className="privacy-wide">
        <span id="export-dates">{words.dates}</span>
        <Radio.Group
          aria-labelledby="export-dates"
          value={options.dates}
          onChange={({ target }) => set({ dates: target.value as 'remove' | 'shift' })}
        >
          <Radio value="shift">{words.shift}</Radio>
          <Radio value="remove">{words.remove}</Radio>
        </Radio.Group>
        {options.dates === 'shift' && (
          <Checkbox
            checked={options.keepWeekday}
            onChange={({ target }) => set({ keepWeekday: target.checked })}
          >
            {words.options.keepWeekday}
          </Checkbox>
        )}
      </div>
      <div className="privacy-wide privacy-switches">
        {SWITCHES.map((name) => (
          <Checkbox
            key={name}
            checked={options[name]}
            onChange={({ target }) => set({ [name]: target.checked })}
          >
            {words.options[name]}
          </Checkbox>
        ))}
      </div>
      <div className="privacy-wide">
        <span id="export-flagged">{words.flagged}</span>
        <Radio.Group
          aria-labelledby="export-flagged"
          value={options.flagged}
          onChange={({ target }) => set({ flagged: target.value as 'apart' | 'leaveOut' })}
        >
          <Radio value="apart">{words.apart}</Radio>
          <Radio value="leaveOut">{words.leaveOut}</Radio>
        </Radio.Group>
        <p className="quiet">{words.pixels}</p>
      </div>
    </fieldset>
  );
}

function Counted({ preview }: { preview: ExportPreview }) {
  const words = useOwnWords(exportWords);
  if (preview.studies === 0) return <p role="status">{words.nothing}</p>;
  return (
    <div data-testid="export-preview">
      <p role="status">
        {preview.tooMany
          ? words.tooMany(formatCount(preview.most))
          : words.counts(
              formatCount(preview.studies),
              formatCount(preview.patients),
              formatCount(preview.instances),
            )}
      </p>
      {preview.example !== null && <ExportExample rows={preview.example} />}
    </div>
  );
}

/** What to export, how, and what for; with a look at what it would be. */
export default function ExportDialog({ onClose }: { onClose: () => void }) {
  const words = useOwnWords(exportWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const choices = useQuery(exportChoicesQuery).data;
  const [draft, setDraft] = useState<ExportDraft>(EMPTY_DRAFT);
  const [preview, setPreview] = useState<ExportPreview | null>(null);
  const [busy, setBusy] = useState<'preview' | 'make' | null>(null);
  const [failure, setFailure] = useState<Error | null>(null);
  const said = useErrorText(failure ?? new Error(words.failed));
  const change: Change = (part) => {
    setPreview(null);
    setDraft((before) => ({ ...before, ...part }));
  };
  const attempt = async (kind: 'preview' | 'make', work: () => Promise<void>): Promise<void> => {
    setBusy(kind);
    setFailure(null);
    try {
      await work();
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(words.failed));
    }
    setBusy(null);
  };
  const look = () =>
    attempt('preview', async () => {
      const { filter, options } = bodyOf(draft);
      setPreview(await previewExport({ filter, options }));
    });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    void attempt('make', async () => {
      await makeExport(bodyOf(draft));
      await client.invalidateQueries({ queryKey: exportsQuery.queryKey });
      void message.success(words.made);
      onClose();
    });
  };
  return (
    <Modal open title={words.new} onCancel={onClose} footer={null} width={820}>
      <form onSubmit={submit} className="privacy-form" data-testid="export-form">
        <fieldset className="privacy-fields">
          <label>
            {words.project}
            <Input
              value={draft.project}
              maxLength={16}
              autoFocus
              placeholder="LUNG-1"
              title={words.projectHint}
              onChange={({ target }) => change({ project: target.value })}
              data-testid="export-project"
            />
          </label>
          <label>
            {words.name}
            <Input
              value={draft.title}
              maxLength={200}
              onChange={({ target }) => change({ title: target.value })}
              data-testid="export-title"
            />
          </label>
          <label>
            {words.approval}
            <Input
              value={draft.approval}
              maxLength={100}
              onChange={({ target }) => change({ approval: target.value })}
              data-testid="export-approval"
            />
          </label>
          <label>
            {words.reason}
            <Input
              value={draft.reason}
              maxLength={500}
              onChange={({ target }) => change({ reason: target.value })}
              data-testid="export-reason"
            />
          </label>
        </fieldset>
        <WhatFields draft={draft} change={change} />
        <HowFields draft={draft} change={change} />
        {busy === 'preview' && <p role="status">{words.previewing}</p>}
        {preview !== null && <Counted preview={preview} />}
        {failure !== null && (
          <p className="privacy-error" role="alert">
            {words.failed}：{said.text}
          </p>
        )}
        <div className="privacy-buttons">
          <Button onClick={onClose}>{words.close}</Button>
          <Button onClick={() => void look()} loading={busy === 'preview'} data-testid="export-look">
            {words.preview}
          </Button>
          <Button
            type="primary"
            htmlType="submit"
            disabled={!isComplete(draft)}
            loading={busy === 'make'}
            data-testid="export-make"
          >
            {choices?.release === true ? words.request : words.make}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
