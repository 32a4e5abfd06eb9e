import { useState } from 'react';
import type { RegistryBody, RegistryHospitalBody } from '@hutong/server/contract/registry';
import { registryWords } from '../i18n/registry.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { Circles } from './Circles.tsx';
import { HospitalDialog, HospitalHistory, MembershipDialog, ScopeDialog } from './hospitalDialogs.tsx';
import { useRegistryNames } from './names.ts';
import { type ScopeNode, scopeTrees } from './registryState.ts';

type Doing =
  | { kind: 'hospital'; hospital: RegistryHospitalBody | null }
  | { kind: 'history' | 'join'; hospital: RegistryHospitalBody }
  | { kind: 'leave'; hospital: RegistryHospitalBody; scope: string }
  | { kind: 'scope'; name: string | null };

function ScopeTree({
  nodes,
  registry,
  chosen,
  onChoose,
  onEdit,
}: {
  nodes: readonly ScopeNode[];
  registry: RegistryBody;
  chosen: string | null;
  onChoose: (scope: string | null) => void;
  onEdit: (scope: string) => void;
}) {
  const words = useOwnWords(registryWords).hospitals;
  return (
    <ul className="scope-tree">
      {nodes.map(({ scope, children }) => (
        <li key={scope.name}>
          <div className="scope-line">
            <button
              type="button"
              className="scope-name"
              aria-pressed={chosen === scope.name}
              onClick={() => onChoose(chosen === scope.name ? null : scope.name)}
              data-testid="scope"
            >
              <strong>{scope.name}</strong>
              <span className="registry-kind">{words.kinds[scope.kind]}</span>
              {scope.isDefault && <span className="registry-kind">{words.isDefault}</span>}
            </button>
            <span className="quiet">
              {words.count(registry.hospitals.filter(({ scopes }) => scopes.includes(scope.name)).length)} ·{' '}
              {words.validity(scope.validityMonths)}
            </span>
            {registry.may.keepRegion && (
              <button type="button" className="text-button" onClick={() => onEdit(scope.name)}>
                {words.edit}
              </button>
            )}
          </div>
          {children.length > 0 && (
            <ScopeTree
              nodes={children}
              registry={registry}
              chosen={chosen}
              onChoose={onChoose}
              onEdit={onEdit}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

/** Whether the hospital joined the scope, not one within it; what it never joined it cannot leave. */
function takesPartItself({ members, scopes }: RegistryBody, hospital: string, scope: string): boolean {
  const joined = members.filter((one) => one.hospital === hospital && one.leftOn === null);
  return (
    joined.some((one) => one.scope === scope) ||
    (joined.length === 0 && scopes.some(({ name, isDefault }) => isDefault && name === scope))
  );
}

/** Recognition scopes as a tree, and the hospitals that take part in them. */
export function HospitalsTab({ registry }: { registry: RegistryBody }) {
  const words = useOwnWords(registryWords).hospitals;
  const { hospital: nameOf } = useRegistryNames(registry);
  const [chosen, setChosen] = useState<string | null>(null);
  const [doing, setDoing] = useState<Doing | null>(null);
  const { may } = registry;
  const shown = registry.hospitals.filter(({ scopes }) => chosen === null || scopes.includes(chosen));
  const close = (): void => setDoing(null);
  return (
    <>
      <section className="registry-section">
        <div className="registry-heading">
          <h2>{words.scopes}</h2>
          {may.keepRegion && (
            <button
              type="button"
              className="button"
              onClick={() => setDoing({ kind: 'scope', name: null })}
              data-testid="add-scope"
            >
              {words.addScope}
            </button>
          )}
        </div>
        <ScopeTree
          nodes={scopeTrees(registry.scopes)}
          registry={registry}
          chosen={chosen}
          onChoose={setChosen}
          onEdit={(name) => setDoing({ kind: 'scope', name })}
        />
      </section>
      <section className="registry-section">
        <div className="registry-heading">
          <h2>
            {words.hospitals} <span className="quiet">{chosen ?? ''}</span>
          </h2>
          {may.administer && (
            <button
              type="button"
              className="button"
              onClick={() => setDoing({ kind: 'hospital', hospital: null })}
              data-testid="add-hospital"
            >
              {words.addHospital}
            </button>
          )}
        </div>
        <ul className="registry-rows">
          {shown.map((hospital) => (
            <li key={hospital.code} className="registry-row" data-testid="registry-hospital">
              <div className="registry-what">
                <strong>{nameOf(hospital.code)}</strong>
                <span className="quiet">
                  <code>{hospital.code}</code> {hospital.region}
                </span>
              </div>
              <span className={hospital.level === '' ? 'quiet' : 'registry-level'}>
                {hospital.level === '' ? words.noLevel : hospital.level}
              </span>
              <span className="registry-chips">
                {hospital.scopes.map((scope) =>
                  may.keepRegion && takesPartItself(registry, hospital.code, scope) ? (
                    <button
                      key={scope}
                      type="button"
                      className="registry-chip"
                      title={words.leave}
                      onClick={() => setDoing({ kind: 'leave', hospital, scope })}
                    >
                      {scope}
                    </button>
                  ) : (
                    <span key={scope} className="registry-chip">
                      {scope}
                    </span>
                  ),
                )}
              </span>
              <span className="registry-acts">
                {may.keepRegion && (
                  <>
                    <button
                      type="button"
                      className="text-button"
                      onClick={() => setDoing({ kind: 'join', hospital })}
                    >
                      {words.joins}
                    </button>
                    <button
                      type="button"
                      className="text-button"
                      onClick={() => setDoing({ kind: 'hospital', hospital })}
                    >
                      {words.edit}
                    </button>
                  </>
                )}
                {hospital.inView && (
                  <button
                    type="button"
                    className="text-button"
                    onClick={() => setDoing({ kind: 'history', hospital })}
                  >
                    {words.history}
                  </button>
                )}
              </span>
            </li>
          ))}
        </ul>
      </section>
      <Circles registry={registry} />
      {doing?.kind === 'hospital' && (
        <HospitalDialog registry={registry} hospital={doing.hospital} onClose={close} />
      )}
      {doing?.kind === 'history' && <HospitalHistory hospital={doing.hospital} onClose={close} />}
      {doing?.kind === 'scope' && <ScopeDialog registry={registry} name={doing.name} onClose={close} />}
      {doing?.kind === 'join' && (
        <MembershipDialog registry={registry} hospital={doing.hospital} leaves={null} onClose={close} />
      )}
      {doing?.kind === 'leave' && (
        <MembershipDialog
          registry={registry}
          hospital={doing.hospital}
          leaves={doing.scope}
          onClose={close}
        />
      )}
    </>
  );
}
