import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { DeviceBody, RegistryBody } from '@hutong/server/contract/registry';
import { devicesQuery } from '../api/registry.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { registryWords } from '../i18n/registry.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { DeviceTestDialog, DeviceTests } from './deviceDialogs.tsx';
import { useRegistryNames } from './names.ts';

/** Devices with their yearly state tests, and those that images name without one. */
export function DevicesTab({ registry }: { registry: RegistryBody }) {
  const all = useOwnWords(registryWords);
  const words = all.devices;
  const names = useRegistryNames(registry);
  const { data, error, refetch } = useQuery(devicesQuery);
  const [entering, setEntering] = useState<DeviceBody | 'new' | null>(null);
  const [tests, setTests] = useState<DeviceBody | null>(null);
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
                {device.testedOn !== null && (
                  <button
                    type="button"
                    className="text-button"
                    onClick={() => setTests(device)}
                    data-testid="device-tests"
                  >
                    {words.tests}
                  </button>
                )}
                <button type="button" className="text-button" onClick={() => setEntering(device)}>
                  {words.enter}
                </button>
              </span>
            </li>
          ))}
        </ul>
      )}
      {tests !== null && <DeviceTests device={tests} onClose={() => setTests(null)} />}
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
