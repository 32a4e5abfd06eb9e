import { useQuery } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import { facetsQuery } from '../api/queries.ts';
import { useWords } from '../i18n/language.ts';
import { personWords } from '../i18n/persons.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';

export interface PatientAsked {
  hospital: string;
  patientId: string;
}

/** A hospital and the PatientID there. */
export function PatientFields({
  value,
  onChange,
}: {
  value: PatientAsked;
  onChange: (value: PatientAsked) => void;
}) {
  const { pick } = useWords();
  const words = useOwnWords(personWords);
  const hospitals = useQuery(facetsQuery).data?.hospitals ?? [];
  return (
    <>
      <label className="person-field">
        {words.search.hospital}
        <Select
          value={value.hospital === '' ? null : value.hospital}
          onChange={(hospital: string) => onChange({ ...value, hospital })}
          showSearch={{ optionFilterProp: 'label' }}
          options={hospitals.map(({ code, name }) => ({ value: code, label: pick(name) }))}
          aria-label={words.search.hospital}
          data-testid="person-hospital"
        />
      </label>
      <label className="person-field">
        {words.search.patientId}
        <Input
          value={value.patientId}
          maxLength={64}
          autoComplete="off"
          onChange={({ target }) => onChange({ ...value, patientId: target.value })}
          data-testid="person-patient-id"
        />
      </label>
    </>
  );
}
