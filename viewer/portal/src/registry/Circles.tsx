import { useState } from 'react';
import type { AllianceBody, QualityCentreBody, RegistryBody } from '@hutong/server/contract/registry';
import { useWords } from '../i18n/language.ts';
import { registryWords } from '../i18n/registry.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import {
  AllianceDialog,
  CentreDialog,
  EndCentreDialog,
  LeaveAllianceDialog,
  MemberDialog,
} from './circleDialogs.tsx';
import { useRegistryNames } from './names.ts';

type Doing =
  | { kind: 'centre'; centre: QualityCentreBody | null }
  | { kind: 'alliance'; alliance: AllianceBody | null }
  | { kind: 'endCentre'; centre: QualityCentreBody }
  | { kind: 'member'; alliance: AllianceBody }
  | { kind: 'leaveAlliance'; alliance: AllianceBody; hospital: string };

/** Quality centres and alliances of hospitals. */
export function Circles({ registry }: { registry: RegistryBody }) {
  const marks = useMarks();
  const { pick } = useWords();
  const words = useOwnWords(registryWords).hospitals;
  const { hospital } = useRegistryNames(registry);
  const [doing, setDoing] = useState<Doing | null>(null);
  const keeps = registry.may.keepRegion;
  const close = (): void => setDoing(null);
  return (
    <div className="registry-pair">
      <section className="registry-section">
        <div className="registry-heading">
          <h2>{words.centres}</h2>
          {keeps && (
            <button
              type="button"
              className="button"
              onClick={() => setDoing({ kind: 'centre', centre: null })}
              data-testid="add-centre"
            >
              {words.addCentre}
            </button>
          )}
        </div>
        {registry.centres.length === 0 && <p className="quiet">{words.noCentres}</p>}
        <ul className="registry-rows">
          {registry.centres.map((centre) => (
            <li key={centre.code} className="registry-line">
              <span className="registry-what">
                <strong>{pick(centre.name)}</strong>
                <span className="quiet">
                  {centre.scope}
                  {centre.modalities.length > 0 && ` · ${centre.modalities.join(' ')}`}
                  {centre.people.length > 0 && ` · ${marks.list(centre.people.map(({ name }) => name))}`}
                </span>
              </span>
              {keeps && (
                <span className="registry-acts">
                  <button
                    type="button"
                    className="text-button"
                    onClick={() => setDoing({ kind: 'centre', centre })}
                  >
                    {words.edit}
                  </button>
                  <button
                    type="button"
                    className="text-button"
                    onClick={() => setDoing({ kind: 'endCentre', centre })}
                    data-testid="end-centre"
                  >
                    {words.endCentre}
                  </button>
                </span>
              )}
            </li>
          ))}
        </ul>
      </section>
      <section className="registry-section">
        <div className="registry-heading">
          <h2>{words.alliances}</h2>
          {keeps && (
            <button
              type="button"
              className="button"
              onClick={() => setDoing({ kind: 'alliance', alliance: null })}
            >
              {words.addAlliance}
            </button>
          )}
        </div>
        {registry.alliances.length === 0 && <p className="quiet">{words.noAlliances}</p>}
        <ul className="registry-rows">
          {registry.alliances.map((alliance) => (
            <li key={alliance.code} className="registry-line">
              <span className="registry-what">
                <strong>{pick(alliance.name)}</strong>
                <span className="registry-chips">
                  {alliance.members
                    .filter(({ leftOn }) => leftOn === null)
                    .map((member) =>
                      keeps ? (
                        <button
                          key={member.hospital}
                          type="button"
                          className="registry-chip"
                          title={words.leave}
                          onClick={() =>
                            setDoing({ kind: 'leaveAlliance', alliance, hospital: member.hospital })
                          }
                          data-testid="alliance-member"
                        >
                          {hospital(member.hospital)}
                        </button>
                      ) : (
                        <span key={member.hospital} className="registry-chip">
                          {hospital(member.hospital)}
                        </span>
                      ),
                    )}
                </span>
              </span>
              {keeps && (
                <button
                  type="button"
                  className="text-button"
                  onClick={() => setDoing({ kind: 'member', alliance })}
                >
                  {words.member}
                </button>
              )}
            </li>
          ))}
        </ul>
      </section>
      {doing?.kind === 'centre' && <CentreDialog registry={registry} centre={doing.centre} onClose={close} />}
      {doing?.kind === 'endCentre' && <EndCentreDialog centre={doing.centre} onClose={close} />}
      {doing?.kind === 'alliance' && <AllianceDialog onClose={close} />}
      {doing?.kind === 'member' && (
        <MemberDialog registry={registry} alliance={doing.alliance} onClose={close} />
      )}
      {doing?.kind === 'leaveAlliance' && (
        <LeaveAllianceDialog
          alliance={doing.alliance}
          hospital={doing.hospital}
          name={hospital(doing.hospital)}
          onClose={close}
        />
      )}
    </div>
  );
}
