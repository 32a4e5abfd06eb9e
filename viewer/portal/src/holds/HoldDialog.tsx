import { useState, type SyntheticEvent } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Modal, Radio, Select } from 'antd';
import type { HoldsPage } from '@hutong/server/contract/privacy';
import { allHolds, retentionQuery, setHold } from '../api/privacy.ts';
import { holdWords } from '../i18n/holds.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useErrorText } from '../worklist/EmptyStates.tsx';

/** Sets a hold on a study or a patient of a hospital. */
export function HoldDialog({
  hospitals,
  onClose,
}: {
  hospitals: HoldsPage['hospitals'];
  onClose: () => void;
}) {
  const { pick } = useWords();
  const words = useOwnWords(holdWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const [hospital, setHospital] = useState(hospitals.length === 1 ? hospitals[0]?.code : undefined);
  const [kind, setKind] = useState<'study' | 'patient'>('study');
  const [value, setValue] = useState('');
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<Error | null>(null);
  const said = useErrorText(failure ?? new Error(words.failed));
  const submit = async (): Promise<void> => {
    if (hospital === undefined) return;
    setIsBusy(true);
    try {
      await setHold({
        hospital,
        [kind]: value.trim(),
        reason: reason.trim(),
        until: until === '' ? null : until,
      });
      await client.invalidateQueries({ queryKey: allHolds });
      await client.invalidateQueries({ queryKey: retentionQuery.queryKey });
      void message.success(words.done);
      onClose();
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(words.failed));
      setIsBusy(false);
    }
  };
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault();
    void submit();
  };
  const isComplete = hospital !== undefined && value.trim() !== '' && reason.trim() !== '';
  return (
    <Modal open title={words.new} onCancel={onClose} footer={null}>
      <form className="privacy-form" onSubmit={onSubmit} data-testid="hold-form">
        <div className="privacy-fields">
          <label className="privacy-wide">
            {words.hospital}
            <Select
              value={hospital}
              onChange={setHospital}
              options={hospitals.map(({ code, name }) => ({ value: code, label: pick(name) }))}
            />
          </label>
          <div className="privacy-wide">
            <Radio.Group
              aria-label={words.what}
              value={kind}
              onChange={({ target }) => setKind(target.value as 'study' | 'patient')}
            >
              <Radio value="study">{words.study}</Radio>
              <Radio value="patient">{words.patient}</Radio>
            </Radio.Group>
            <Input
              value={value}
              maxLength={64}
              aria-label={words[kind]}
              onChange={({ target }) => setValue(target.value)}
              data-testid="hold-value"
            />
          </div>
          <label className="privacy-wide">
            {words.reason}
            <Input.TextArea
              rows={2}
              value={reason}
              maxLength={500}
              onChange={({ target }) => setReason(target.value)}
              data-testid="hold-reason"
            />
          </label>
          <label>
            {words.until}
            <Input type="date" value={until} onChange={({ target }) => setUntil(target.value)} />
          </label>
        </div>
        {failure !== null && (
          <p className="privacy-error" role="alert">
            {words.failed}：{said.text}
          </p>
        )}
        <div className="privacy-buttons">
          <Button onClick={onClose}>{words.close}</Button>
          <Button
            type="primary"
            htmlType="submit"
            disabled={!isComplete}
            loading={isBusy}
            data-testid="hold-set"
          >
            {words.set}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
