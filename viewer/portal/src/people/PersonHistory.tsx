import { useQuery } from '@tanstack/react-query';
import { accountHistoryQuery } from '../api/people.ts';
import { Icon } from '../app/Icon.tsx';
import { formatInstant } from '../format/format.ts';
import { peopleWords } from '../i18n/people.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { type HospitalNames, RoleChips } from './RoleChips.tsx';

/** Who changed an account, and which roles it had, newest first. */
export function PersonHistory({ id, names }: { id: string; names: HospitalNames }) {
  const { drawer: words } = useOwnWords(peopleWords);
  const history = useQuery(accountHistoryQuery(id));
  const changes = history.data?.changes ?? [];
  return (
    <section className="person-section" data-testid="person-history">
      <h2>{words.history}</h2>
      {history.isError && <p className="field-fault">{words.server}</p>}
      {history.isSuccess && changes.length === 0 && <p className="quiet">{words.historyEmpty}</p>}
      <ol className="person-history">
        {changes.map(({ at, kind, by, rolesBefore, rolesAfter }) => (
          <li key={`${at} ${kind}`}>
            <p>
              <strong>{words.kinds[kind]}</strong>
              <span className="quiet">
                {formatInstant(at)} · {by.name === '' ? by.id : by.name}
              </span>
            </p>
            {rolesAfter !== null && (
              <div className="person-history-roles">
                {rolesBefore !== null && rolesBefore.length > 0 && (
                  <>
                    <RoleChips grants={rolesBefore} names={names} />
                    <Icon name="right" size={12} />
                  </>
                )}
                <RoleChips grants={rolesAfter} names={names} />
              </div>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
