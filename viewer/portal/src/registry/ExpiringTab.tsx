import { useQuery } from '@tanstack/react-query';
import type { RegistryBody } from '@hutong/server/contract/registry';
import { expiringQuery } from '../api/registry.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { registryWords } from '../i18n/registry.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { useRegistryNames } from './names.ts';

/** Qualifications and device tests that end soon, the next one first. */
export function ExpiringTab({ registry }: { registry: RegistryBody }) {
  const all = useOwnWords(registryWords);
  const words = all.expiring;
  const names = useRegistryNames(registry);
  const { data, error, refetch } = useQuery(expiringQuery);
  if (error !== null && data === undefined)
    return <ErrorNotice error={error} title={all.error} onRetry={() => void refetch()} />;
  if (data === undefined) return <DetailSkeleton />;
  return (
    <section className="registry-section">
      <p className="registry-hint">{words.lead(data.days)}</p>
      {data.evaluations.length + data.devices.length === 0 && (
        <p className="quiet registry-empty" data-testid="nothing-expires">
          {words.none}
        </p>
      )}
      {data.evaluations.length > 0 && <h2>{words.evaluations}</h2>}
      <ul className="registry-rows">
        {data.evaluations.map(({ id, hospital, item, scope, validUntil, daysLeft }) => (
          <li key={id} className="registry-line" data-testid="expiring">
            <span className="registry-what">
              <strong>{names.hospital(hospital)}</strong>
              <span className="quiet">
                {item} {names.item(item)} · {scope}
              </span>
            </span>
            <span className="registry-state registry-expiring">
              {validUntil} · {words.left(daysLeft)}
            </span>
          </li>
        ))}
      </ul>
      {data.devices.length > 0 && <h2>{words.devices}</h2>}
      <ul className="registry-rows">
        {data.devices.map(({ hospital, serialNumber, validUntil, daysLeft }) => (
          <li key={`${hospital} ${serialNumber}`} className="registry-line">
            <span className="registry-what">
              <strong>{names.hospital(hospital)}</strong>
              <code>{serialNumber}</code>
            </span>
            <span className="registry-state registry-expiring">
              {validUntil} · {words.left(daysLeft)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
