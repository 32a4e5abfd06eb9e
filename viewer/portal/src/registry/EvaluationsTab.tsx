import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import type { EvaluationMatrixBody, RegistryBody } from '@hutong/server/contract/registry';
import { matrixQuery } from '../api/registry.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { registryWords } from '../i18n/registry.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { EnterEvaluation, EvaluationDetail } from './evaluationDialogs.tsx';
import { useRegistryNames } from './names.ts';
import { chineseToday, mayEvaluateAt } from './registryState.ts';

type Cell = EvaluationMatrixBody['cells'][number];

/** Where each hospital stands with each item at a scope: colour and word in every cell. */
export function EvaluationsTab({ registry }: { registry: RegistryBody }) {
  const words = useOwnWords(registryWords);
  const { hospital: hospitalName, item: itemName, scopeOptions } = useRegistryNames(registry);
  const [scope, setScope] = useState(registry.scopes.find(({ isDefault }) => isDefault)?.name ?? '');
  const [day, setDay] = useState(chineseToday());
  const [category, setCategory] = useState<string | null>(null);
  const [entering, setEntering] = useState<{ hospital: string | null; items: string[] } | null>(null);
  const [open, setOpen] = useState<{ hospital: string; item: string } | null>(null);
  const { data, error, refetch } = useQuery(matrixQuery(scope, day === '' ? chineseToday() : day));
  const mayEnter = mayEvaluateAt(registry, scope);
  const cells = new Map(data?.cells.map((cell) => [`${cell.hospital} ${cell.item}`, cell]));
  const items = registry.items.filter((item) => category === null || item.category === category);
  const state = (cell: Cell | undefined) => cell?.state ?? 'none';
  return (
    <>
      <div className="registry-tools">
        <Select
          aria-label={words.scope}
          value={scope}
          options={scopeOptions}
          popupMatchSelectWidth={false}
          onChange={(value: string) => setScope(value)}
          data-testid="matrix-scope"
        />
        <Input
          type="date"
          aria-label={words.day}
          className="registry-day"
          value={day}
          onChange={({ target }) => setDay(target.value)}
        />
        <div className="chips" role="group" aria-label={words.evaluations.category}>
          {['DR', 'CT', 'MR'].map((one) => (
            <button
              key={one}
              type="button"
              className="chip"
              aria-pressed={category === one}
              onClick={() => setCategory(category === one ? null : one)}
            >
              {one}
            </button>
          ))}
        </div>
        {mayEnter && (
          <button
            type="button"
            className="button button-primary registry-push"
            onClick={() => setEntering({ hospital: null, items: [] })}
            data-testid="enter-evaluation"
          >
            {words.evaluations.enter}
          </button>
        )}
      </div>
      {error !== null && data === undefined ? (
        <ErrorNotice error={error} title={words.error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <DetailSkeleton />
      ) : data.hospitals.length === 0 ? (
        <p className="quiet registry-empty">{words.evaluations.noHospitals}</p>
      ) : (
        <div className="matrix-scroll" role="region" aria-label={words.tabs.evaluations} tabIndex={0}>
          <table className="matrix" data-testid="matrix">
            <thead>
              <tr>
                <th scope="col">{words.item}</th>
                {data.hospitals.map((code) => (
                  <th key={code} scope="col">
                    <span>{hospitalName(code)}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.code}>
                  <th scope="row">
                    <code>{item.code}</code> <span>{itemName(item.code)}</span>
                  </th>
                  {data.hospitals.map((code) => {
                    const cell = cells.get(`${code} ${item.code}`);
                    const suspended = cell?.suspended === true;
                    return (
                      <td key={code}>
                        <button
                          type="button"
                          className={`matrix-cell matrix-${suspended ? 'suspended' : state(cell)}`}
                          onClick={() => setOpen({ hospital: code, item: item.code })}
                          data-testid="matrix-cell"
                          data-state={state(cell)}
                        >
                          <span>
                            {suspended ? words.evaluations.suspended : words.evaluations.states[state(cell)]}
                          </span>
                          {cell !== undefined && (
                            <small>{cell.state === 'failed' ? cell.evaluatedAt : cell.validUntil}</small>
                          )}
                        </button>
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {open !== null && (
        <EvaluationDetail
          registry={registry}
          scope={scope}
          {...open}
          onEnter={
            mayEnter
              ? () => {
                  setEntering({ hospital: open.hospital, items: [open.item] });
                  setOpen(null);
                }
              : null
          }
          onClose={() => setOpen(null)}
        />
      )}
      {entering !== null && (
        <EnterEvaluation
          registry={registry}
          scope={scope}
          hospitals={data?.hospitals ?? []}
          preset={entering}
          onClose={() => setEntering(null)}
        />
      )}
    </>
  );
}
