import { useState } from 'react';
import { Select } from 'antd';
import type { AccountChoices, GrantBody, RoleName } from '@hutong/server/contract/accounts';
import { Icon } from '../app/Icon.tsx';
import { useWords } from '../i18n/language.ts';
import { peopleWords } from '../i18n/people.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { grantsOf, isConflict, type Place, placesOf, ROLE_NAMES, toggled } from './grants.ts';

/** Of the region in the list of places, where hospitals have their codes. */
const REGION = '*';

/** Roles by place: each place a row with its roles to be switched. */
export function RolePicker({
  grants,
  choices,
  disabled = false,
  onChange,
}: {
  grants: readonly GrantBody[];
  choices: AccountChoices;
  disabled?: boolean;
  onChange: (grants: GrantBody[]) => void;
}) {
  const { pick } = useWords();
  const words = useOwnWords(peopleWords);
  const [places, setPlaces] = useState<Place[]>(() => {
    const given = placesOf(grants);
    const [only, ...others] = choices.hospitals;
    // Who sees to one hospital has nothing to choose.
    return given.length === 0 && only !== undefined && others.length === 0 && !choices.region
      ? [{ hospital: only.code, roles: [] }]
      : given;
  });
  const change = (next: Place[]): void => {
    setPlaces(next);
    onChange(grantsOf(next));
  };
  const nameOf = (code: string | null): string => {
    if (code === null) return words.region;
    const found = choices.hospitals.find((hospital) => hospital.code === code);
    return found === undefined ? code : pick(found.name);
  };
  const taken = new Set(places.map(({ hospital }) => hospital ?? REGION));
  const open = [
    ...(choices.region ? [{ value: REGION, label: words.region }] : []),
    ...choices.hospitals.map(({ code, name }) => ({ value: code, label: `${pick(name)} · ${code}` })),
  ].filter(({ value }) => !taken.has(value));
  // Where duties are separate, auditors are appointed at the operator's command line.
  const isElsewhere = (role: RoleName): boolean => choices.separateDuties && role === 'auditor';
  return (
    <div className="role-picker" data-testid="role-picker">
      {places.map(({ hospital, roles }) => (
        <fieldset
          key={hospital ?? ''}
          className="role-place"
          data-place={hospital ?? REGION}
          disabled={disabled}
        >
          <legend>{nameOf(hospital)}</legend>
          <div className="role-options">
            {ROLE_NAMES.filter((role) => roles.includes(role) || !isElsewhere(role)).map((role) => (
              <button
                key={role}
                type="button"
                className="chip"
                aria-pressed={roles.includes(role)}
                title={
                  role === 'administrator' && choices.separateDuties
                    ? words.strictAdministrator
                    : words.roleMeans[role]
                }
                disabled={isElsewhere(role)}
                onClick={() => change(toggled(places, hospital, role))}
                data-testid={`role-${role}`}
              >
                {words.roles[role]}
              </button>
            ))}
          </div>
          <button
            type="button"
            className="icon-button role-place-remove"
            aria-label={words.form.removePlace(nameOf(hospital))}
            onClick={() => change(places.filter((place) => place.hospital !== hospital))}
          >
            <Icon name="close" size={12} />
          </button>
        </fieldset>
      ))}
      {open.length > 0 && !disabled && (
        <Select
          className="role-add"
          showSearch={{ optionFilterProp: 'label' }}
          value={null}
          placeholder={words.form.addPlace}
          aria-label={words.form.addPlace}
          options={open}
          onChange={(value: string | null) => {
            if (value !== null) change([...places, { hospital: value === REGION ? null : value, roles: [] }]);
          }}
          data-testid="role-add"
        />
      )}
      <RoleMeanings grants={grantsOf(places)} separateDuties={choices.separateDuties} />
    </div>
  );
}

/** What the chosen roles may do, for titles are not read on phones. */
function RoleMeanings({ grants, separateDuties }: { grants: readonly GrantBody[]; separateDuties: boolean }) {
  const words = useOwnWords(peopleWords);
  const chosen = ROLE_NAMES.filter((name) => grants.some(({ role }) => role === name));
  return (
    <>
      {chosen.length > 0 && (
        <ul className="role-meanings">
          {chosen.map((role) => (
            <li key={role}>
              <strong>{words.roles[role]}</strong>
              {role === 'administrator' && separateDuties ? words.strictAdministrator : words.roleMeans[role]}
            </li>
          ))}
        </ul>
      )}
      {separateDuties && isConflict(grants) && <p className="field-fault">{words.form.conflict}</p>}
    </>
  );
}
