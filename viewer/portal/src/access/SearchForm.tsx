import { useState, type SyntheticEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import type { SessionInfo } from '@hutong/server/contract';
import type { AccessSearch } from '@hutong/server/contract/access';
import { PHONE, useMedia } from '../app/useMedia.ts';
import { facetsQuery } from '../api/queries.ts';
import { accessWords } from '../i18n/access.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { searchOf, type SearchDraft, viewingOf } from './searchDraft.ts';

const EMPTY: Omit<SearchDraft, 'viewing'> = {
  name: '',
  by: 'birth',
  birthDate: '',
  sex: 'F',
  patientId: '',
  accession: '',
};

/** Who is looked for: a name, and what only who knows the patient knows beside it. Nothing of it gets into an address. */
export function SearchForm({
  session,
  busy,
  onSearch,
}: {
  session: SessionInfo | undefined;
  busy: boolean;
  onSearch: (search: AccessSearch) => void;
}) {
  const words = useOwnWords(accessWords).search;
  const { pick } = useWords();
  const known = useQuery(facetsQuery).data?.hospitals ?? [];
  const hospitalName = (code: string): string => {
    const hospital = known.find((one) => one.code === code);
    return hospital === undefined ? code : pick(hospital.name);
  };
  const size = useMedia(PHONE) ? ('large' as const) : ('medium' as const);
  const hospitals = viewingOf(session);
  const [typed, setTyped] = useState(EMPTY);
  const [chosen, setChosen] = useState<string | null>(null);
  const viewing = chosen ?? hospitals[0] ?? '';
  const change = (part: Partial<SearchDraft>): void => setTyped((now) => ({ ...now, ...part }));
  const search = searchOf({ ...typed, viewing });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (search !== null) onSearch(search);
  };
  return (
    <form className="access-search" onSubmit={submit} autoComplete="off" data-testid="access-search">
      {hospitals.length > 1 && (
        <label className="field">
          <span className="field-label">{words.viewing}</span>
          <Select
            size={size}
            value={viewing}
            onChange={setChosen}
            options={hospitals.map((code) => ({ value: code, label: hospitalName(code) }))}
          />
        </label>
      )}
      <label className="field">
        <span className="field-label">{words.name}</span>
        <Input
          size={size}
          value={typed.name}
          maxLength={64}
          placeholder={words.nameHint}
          autoFocus
          onChange={({ target }) => change({ name: target.value })}
          data-testid="access-name"
        />
      </label>
      <fieldset className="field access-by">
        <legend className="field-label">{words.by}</legend>
        <div className="choice" role="radiogroup" aria-label={words.by}>
          {(['birth', 'patientId', 'accession'] as const).map((by) => (
            <button
              key={by}
              type="button"
              role="radio"
              aria-checked={typed.by === by}
              className="choice-option"
              onClick={() => change({ by })}
              data-testid={`access-by-${by}`}
            >
              {words.bys[by]}
            </button>
          ))}
        </div>
      </fieldset>
      {typed.by === 'birth' && (
        <div className="access-pair">
          <label className="field">
            <span className="field-label">{words.birthDate}</span>
            <Input
              size={size}
              type="date"
              value={typed.birthDate}
              onChange={({ target }) => change({ birthDate: target.value })}
              data-testid="access-birth"
            />
          </label>
          <label className="field">
            <span className="field-label">{words.sex}</span>
            <Select
              size={size}
              value={typed.sex}
              onChange={(sex) => change({ sex })}
              options={(['F', 'M', 'O'] as const).map((sex) => ({ value: sex, label: words.sexes[sex] }))}
              data-testid="access-sex"
            />
          </label>
        </div>
      )}
      {typed.by === 'patientId' && (
        <label className="field">
          <span className="field-label">{words.patientId}</span>
          <Input
            size={size}
            value={typed.patientId}
            maxLength={64}
            onChange={({ target }) => change({ patientId: target.value })}
            data-testid="access-patient-id"
          />
        </label>
      )}
      {typed.by === 'accession' && (
        <label className="field">
          <span className="field-label">{words.accession}</span>
          <Input
            size={size}
            value={typed.accession}
            maxLength={64}
            onChange={({ target }) => change({ accession: target.value })}
            data-testid="access-accession"
          />
        </label>
      )}
      <button
        type="submit"
        className="button button-primary access-go"
        disabled={search === null || busy}
        data-testid="access-go"
      >
        {words.go}
      </button>
    </form>
  );
}
