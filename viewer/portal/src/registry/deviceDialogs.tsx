import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Input, Modal, Radio, Select } from 'antd';
import type { DeviceBody, RegistryBody } from '@hutong/server/contract/registry';
import { changeRegistry, deviceTestsQuery } from '../api/registry.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatInstant } from '../format/format.ts';
import { registryWords } from '../i18n/registry.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { findsLabel, useRegistryNames } from './names.ts';
import { Field, RegistryDialog } from './RegistryDialog.tsx';
import { chineseToday } from './registryState.ts';

/** The tests of a device that count, the newest first, and taking back one that was entered by mistake. */
export function DeviceTests({ device, onClose }: { device: DeviceBody; onClose: () => void }) {
  const all = useOwnWords(registryWords);
  const words = all.devices;
  const { data, error, refetch } = useQuery(deviceTestsQuery(device.hospital, device.serialNumber));
  const [revoking, setRevoking] = useState<number | null>(null);
  const [reason, setReason] = useState('');
  if (revoking !== null)
    return (
      <RegistryDialog
        title={words.revoke}
        hint={words.revokeAsk}
        ready={reason.trim() !== ''}
        onSave={() => changeRegistry('POST', `/device-tests/${revoking}/revoke`, { reason: reason.trim() })}
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
  return (
    <Modal
      open
      title={`${words.tests} · ${device.serialNumber}`}
      footer={null}
      onCancel={onClose}
      width={560}
    >
      {error !== null && data === undefined && (
        <ErrorNotice error={error} title={all.error} onRetry={() => void refetch()} />
      )}
      {error === null && data === undefined && <DetailSkeleton />}
      <ul className="registry-history">
        {data?.map((test) => (
          <li key={test.id} data-testid="device-test">
            <span>
              <strong className={`registry-result-${test.result}`}>{all.evaluations[test.result]}</strong> ·{' '}
              {words.tested(test.testedOn, test.validUntil)}
            </span>
            <span className="quiet">
              {test.document !== '' && `${test.document} · `}
              {all.by(test.recordedBy, formatInstant(test.recordedAt))}
            </span>
            <span className="registry-acts">
              <button
                type="button"
                className="text-button"
                onClick={() => setRevoking(test.id)}
                data-testid="revoke-test"
              >
                {words.revoke}
              </button>
            </span>
          </li>
        ))}
        {data?.length === 0 && <li className="quiet">{words.noTests}</li>}
      </ul>
    </Modal>
  );
}

/** A state test of a device. */
export function DeviceTestDialog({
  registry,
  device,
  onClose,
}: {
  registry: RegistryBody;
  device: DeviceBody | null;
  onClose: () => void;
}) {
  const all = useOwnWords(registryWords);
  const words = all.devices;
  const { hospitalOptions } = useRegistryNames(registry);
  const [hospital, setHospital] = useState(
    device?.hospital ?? (hospitalOptions.length === 1 ? (hospitalOptions[0]?.value ?? null) : null),
  );
  const [serialNumber, setSerialNumber] = useState(device?.serialNumber ?? '');
  const [manufacturer, setManufacturer] = useState(device?.manufacturer ?? '');
  const [model, setModel] = useState(device?.model ?? '');
  const [modality, setModality] = useState(device?.modality ?? '');
  const [testedOn, setTestedOn] = useState(chineseToday());
  const [validUntil, setValidUntil] = useState('');
  const [result, setResult] = useState<'passed' | 'failed'>('passed');
  const [document, setDocument] = useState('');
  return (
    <RegistryDialog
      title={words.enter}
      ready={hospital !== null && serialNumber.trim() !== '' && testedOn !== ''}
      onSave={() =>
        changeRegistry('POST', '/device-tests', {
          hospital,
          serialNumber,
          manufacturer,
          model,
          modality,
          stationName: device?.stationName ?? '',
          testedOn,
          result,
          document,
          ...(validUntil === '' ? {} : { validUntil }),
        })
      }
      onClose={onClose}
    >
      <Field label={all.hospital}>
        <Select
          value={hospital}
          options={hospitalOptions}
          showSearch={{ filterOption: findsLabel }}
          onChange={(value: string) => setHospital(value)}
        />
      </Field>
      <Field label={words.serialNumber}>
        <Input value={serialNumber} maxLength={64} onChange={({ target }) => setSerialNumber(target.value)} />
      </Field>
      <div className="registry-pair">
        <Field label={words.manufacturer}>
          <Input
            value={manufacturer}
            maxLength={64}
            onChange={({ target }) => setManufacturer(target.value)}
          />
        </Field>
        <Field label={words.model}>
          <Input value={model} maxLength={64} onChange={({ target }) => setModel(target.value)} />
        </Field>
        <Field label={words.modality}>
          <Input value={modality} maxLength={16} onChange={({ target }) => setModality(target.value)} />
        </Field>
        <Field label={words.document}>
          <Input value={document} maxLength={200} onChange={({ target }) => setDocument(target.value)} />
        </Field>
        <Field label={words.testedOn}>
          <Input type="date" value={testedOn} onChange={({ target }) => setTestedOn(target.value)} />
        </Field>
        <Field label={words.validUntil}>
          <Input type="date" value={validUntil} onChange={({ target }) => setValidUntil(target.value)} />
        </Field>
      </div>
      <Radio.Group
        value={result}
        onChange={({ target }) => setResult(target.value === 'failed' ? 'failed' : 'passed')}
        options={[
          { value: 'passed', label: all.evaluations.passed },
          { value: 'failed', label: all.evaluations.failed },
        ]}
      />
    </RegistryDialog>
  );
}
