import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Input, Radio, Select } from 'antd';
import type { DeviceBody, RegistryBody } from '@hutong/server/contract/registry';
import { changeRegistry, devicesQuery } from '../api/registry.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { registryWords } from '../i18n/registry.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { findsLabel, useRegistryNames } from './names.ts';
import { Field, RegistryDialog } from './RegistryDialog.tsx';
import { chineseToday } from './registryState.ts';

/** Devices with their yearly state tests, and those that images name without one. */
export function DevicesTab({ registry }: { registry: RegistryBody }) {
  const all = useOwnWords(registryWords);
  const words = all.devices;
  const names = useRegistryNames(registry);
  const { data, error, refetch } = useQuery(devicesQuery);
  const [entering, setEntering] = useState<DeviceBody | 'new' | null>(null);
  return (
    <section className="registry-section">
      <div className="registry-heading">
        <p className="registry-hint">{words.lead}</p>
        <button
          type="button"
          className="button button-primary"
          onClick={() => setEntering('new')}
          data-testid="enter-test"
        >
          {words.enter}
        </button>
      </div>
      {error !== null && data === undefined ? (
        <ErrorNotice error={error} title={all.error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <DetailSkeleton />
      ) : (
        <ul className="registry-rows">
          {data.length === 0 && <li className="quiet registry-empty">{words.none}</li>}
          {data.map((device) => (
            <li
              key={`${device.hospital} ${device.serialNumber}`}
              className="registry-row"
              data-testid="device"
            >
              <span className="registry-what">
                <strong>
                  <code>{device.serialNumber}</code> {device.modality}
                </strong>
                <span className="quiet">{names.hospital(device.hospital)}</span>
              </span>
              <span className="quiet">
                {[device.manufacturer, device.model, device.stationName]
                  .filter((text) => text !== '')
                  .join(' · ')}
              </span>
              <span className={`registry-state registry-device-${device.state}`}>
                {words.states[device.state]}
                {device.validUntil !== null && ` · ${device.validUntil}`}
              </span>
              <span className="registry-acts">
                <button type="button" className="text-button" onClick={() => setEntering(device)}>
                  {words.enter}
                </button>
              </span>
            </li>
          ))}
        </ul>
      )}
      {entering !== null && (
        <DeviceTestDialog
          registry={registry}
          device={entering === 'new' ? null : entering}
          onClose={() => setEntering(null)}
        />
      )}
    </section>
  );
}

function DeviceTestDialog({
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
