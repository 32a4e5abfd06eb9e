import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Input, Select } from 'antd';
import { labelsChanged, policiesQuery, previewWithdrawal, withdrawSet } from '../api/labels.ts';
import { FormDialog } from '../app/FormDialog.tsx';
import { formatCount } from '../format/format.ts';
import { labelWords } from '../i18n/labels.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { useAct } from '../people/useAct.ts';
import { useErrorText } from '../worklist/EmptyStates.tsx';

/** Withdraws the labels of a set of studies; says before how many they are. */
export function WithdrawSetDialog({ onClose }: { onClose: () => void }) {
  const marks = useMarks();
  const { pick } = useWords();
  const words = useOwnWords(labelWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const choices = useQuery(policiesQuery).data;
  const hospitals = choices?.hospitals.filter(({ code }) => choices.mayWithdraw.includes(code)) ?? [];
  const [hospital, setHospital] = useState<string>();
  const [itemCode, setItemCode] = useState<string>();
  const [scope, setScope] = useState<string>();
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const act = useAct();
  const said = useErrorText(act.error ?? new Error(words.failed));
  const isPeriod = from === '' || until === '' || from <= until;
  const set = {
    hospital: hospital ?? '',
    itemCode: itemCode ?? null,
    scope: scope ?? null,
    from: from === '' ? null : from,
    until: until === '' ? null : until,
  };
  const preview = useQuery({
    queryKey: ['labels', 'preview', set],
    queryFn: () => previewWithdrawal(set),
    enabled: hospital !== undefined && isPeriod,
  });
  return (
    <FormDialog
      title={words.withdraw.set}
      words={{ cancel: words.cancel, confirm: words.withdraw.confirm, busy: words.busy }}
      ready={hospital !== undefined && isPeriod && reason.trim() !== '' && preview.isSuccess}
      busy={act.busy}
      width={560}
      confirmId="withdraw-confirm"
      onClose={onClose}
      onSubmit={async () => {
        const isDone = await act.run(async () => {
          const done = await withdrawSet({ ...set, reason: reason.trim() });
          void message.success(
            `${words.withdraw.done(formatCount(done?.studies ?? 0))}${done?.goesOn === true ? ` ${words.withdraw.goesOn}` : ''}`,
          );
          await labelsChanged(client);
        });
        if (isDone) onClose();
      }}
    >
      <p className="labels-hint">{words.withdraw.setText}</p>
      <div className="labels-fields">
        <label className="labels-field">
          {words.withdraw.hospital}
          <Select
            value={hospital}
            onChange={setHospital}
            showSearch={{ optionFilterProp: 'label' }}
            options={hospitals.map(({ code, name }) => ({ value: code, label: pick(name) }))}
            data-testid="withdraw-hospital"
          />
        </label>
        <label className="labels-field">
          {words.withdraw.item}
          <Select
            allowClear
            placeholder={words.withdraw.any}
            value={itemCode}
            onChange={(value?: string) => setItemCode(value)}
            showSearch={{ optionFilterProp: 'label' }}
            options={(choices?.items ?? []).map(({ code, name }) => ({
              value: code,
              label: `${code} ${pick(name)}`,
            }))}
          />
        </label>
        <label className="labels-field">
          {words.withdraw.scope}
          <Select
            allowClear
            placeholder={words.withdraw.any}
            value={scope}
            onChange={(value?: string) => setScope(value)}
            options={(choices?.scopes ?? []).map((name) => ({ value: name, label: name }))}
          />
        </label>
        <span />
        <label className="labels-field">
          {words.withdraw.from}
          <Input type="date" value={from} onChange={({ target }) => setFrom(target.value)} />
        </label>
        <label className="labels-field">
          {words.withdraw.until}
          <Input
            type="date"
            value={until}
            status={isPeriod ? '' : 'error'}
            onChange={({ target }) => setUntil(target.value)}
          />
        </label>
      </div>
      <label className="labels-field">
        {words.withdraw.reason}
        <Input.TextArea
          rows={2}
          value={reason}
          maxLength={500}
          onChange={({ target }) => setReason(target.value)}
          data-testid="reason"
        />
      </label>
      {hospital !== undefined && (
        <p className="labels-count" role="status" data-testid="withdraw-count">
          {preview.data == null
            ? words.withdraw.counting
            : words.withdraw.count(formatCount(preview.data.labels), formatCount(preview.data.studies))}
        </p>
      )}
      {act.error !== null && (
        <p className="labels-error" role="alert">
          {marks.said(words.failed, said.text)}
        </p>
      )}
    </FormDialog>
  );
}
