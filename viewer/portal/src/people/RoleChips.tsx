import type { Bilingual } from '@hutong/conformance';
import type { GrantBody } from '@hutong/server/contract/accounts';
import { useWords } from '../i18n/language.ts';
import { peopleWords } from '../i18n/people.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { placesOf } from './grants.ts';

export type HospitalNames = ReadonlyMap<string, Bilingual>;

/** The roles of somebody, one chip for each place. */
export function RoleChips({ grants, names }: { grants: readonly GrantBody[]; names: HospitalNames }) {
  const { pick } = useWords();
  const words = useOwnWords(peopleWords);
  if (grants.length === 0) return <span className="quiet">{words.noRoles}</span>;
  return (
    <ul className="role-chips">
      {placesOf(grants).map(({ hospital, roles }) => (
        <li key={hospital ?? ''} className={hospital === null ? 'role-chip role-chip-region' : 'role-chip'}>
          <span className="role-chip-place">
            {hospital === null ? words.region : pick(names.get(hospital) ?? { zh: hospital, en: hospital })}
          </span>
          {roles.map((role) => (
            <span key={role} className="role-chip-role">
              {words.roles[role]}
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}
