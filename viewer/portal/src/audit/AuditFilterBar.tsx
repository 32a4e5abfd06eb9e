import { useEffect, useState } from 'react';
import { DatePicker, Input, Select } from 'antd';
import dayjs from 'dayjs';
import type { AuditStatus } from '@hutong/server/contract/audit';
import { PHONE, useMedia } from '../app/useMedia.ts';
import { auditWords } from '../i18n/audit.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { type AuditFilters, NO_FILTERS } from './auditFilters.ts';

const TYPING_MS = 300;

/** A text that is searched for when typing has paused. */
function TypedFilter({
  value,
  placeholder,
  disabled = false,
  title,
  onChange,
  testId,
}: {
  value: string;
  placeholder: string;
  disabled?: boolean;
  title?: string;
  onChange: (value: string) => void;
  testId: string;
}) {
  const size = useMedia(PHONE) ? ('large' as const) : ('medium' as const);
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = setTimeout(() => onChange(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <Input
      size={size}
      className="audit-typed"
      allowClear
      maxLength={256}
      autoComplete="off"
      spellCheck={false}
      disabled={disabled}
      title={title}
      aria-label={placeholder}
      placeholder={placeholder}
      value={typed}
      onChange={({ target }) => setTyped(target.value)}
      data-testid={testId}
    />
  );
}

const optionsOf = (words: Record<string, string>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }));

/** Everything an auditor can ask by. */
export function AuditFilterBar({
  filters,
  hospitals,
  onChange,
}: {
  filters: AuditFilters;
  hospitals: AuditStatus['hospitals'];
  onChange: (change: Partial<AuditFilters>) => void;
}) {
  const { pick } = useWords();
  const words = useOwnWords(auditWords);
  const { filters: names } = words;
  const size = useMedia(PHONE) ? ('large' as const) : ('medium' as const);
  const many = {
    size,
    mode: 'multiple' as const,
    allowClear: true,
    maxTagCount: 'responsive' as const,
    showSearch: { optionFilterProp: 'label' },
    popupMatchSelectWidth: false,
    className: 'audit-select',
  };
  const today = dayjs();
  const isSet = JSON.stringify(filters) !== JSON.stringify(NO_FILTERS);
  return (
    <div className="audit-filters" role="search">
      <DatePicker.RangePicker
        size={size}
        className="audit-days"
        value={filters.days === null ? null : [dayjs(filters.days[0]), dayjs(filters.days[1])]}
        presets={[
          { label: names.days.day, value: [today.subtract(1, 'day'), today] },
          { label: names.days.week, value: [today.subtract(6, 'day'), today] },
          { label: names.days.month, value: [today.subtract(29, 'day'), today] },
        ]}
        placeholder={[names.from, names.to]}
        onChange={(range) => {
          const [first, last] = range ?? [];
          onChange({
            days: first && last ? [first.format('YYYY-MM-DD'), last.format('YYYY-MM-DD')] : null,
          });
        }}
      />
      <TypedFilter
        value={filters.who}
        placeholder={names.who}
        onChange={(who) => onChange({ who })}
        testId="audit-who"
      />
      <Select
        {...many}
        aria-label={names.action}
        placeholder={names.action}
        value={filters.action}
        onChange={(action: string[]) => onChange({ action })}
        options={optionsOf(words.actions)}
        data-testid="audit-action"
      />
      <Select
        size={size}
        className="audit-select"
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        popupMatchSelectWidth={false}
        aria-label={names.hospital}
        placeholder={names.hospital}
        value={filters.hospital}
        onChange={(hospital?: string | null) =>
          onChange(
            hospital === undefined || hospital === null ? { hospital: null, patientId: '' } : { hospital },
          )
        }
        options={hospitals.map(({ code, name }) => ({ value: code, label: pick(name) }))}
        data-testid="audit-hospital"
      />
      <TypedFilter
        value={filters.patientId}
        placeholder={names.patient}
        disabled={filters.hospital === null}
        {...(filters.hospital === null ? { title: names.patientNeeds } : {})}
        onChange={(patientId) => onChange({ patientId })}
        testId="audit-patient"
      />
      <TypedFilter
        value={filters.study}
        placeholder={names.study}
        onChange={(study) => onChange({ study })}
        testId="audit-study"
      />
      <Select
        {...many}
        aria-label={names.outcome}
        placeholder={names.outcome}
        value={filters.outcome}
        onChange={(outcome: string[]) => onChange({ outcome })}
        options={optionsOf(words.outcomes)}
        data-testid="audit-outcome"
      />
      <Select
        {...many}
        aria-label={names.purpose}
        placeholder={names.purpose}
        value={filters.purpose}
        onChange={(purpose: string[]) => onChange({ purpose })}
        options={optionsOf(words.purposes)}
      />
      <Select
        {...many}
        aria-label={names.kind}
        placeholder={names.kind}
        value={filters.kind}
        onChange={(kind: string[]) => onChange({ kind })}
        options={optionsOf(words.kinds)}
      />
      <TypedFilter
        value={filters.address}
        placeholder={names.address}
        onChange={(address) => onChange({ address })}
        testId="audit-address"
      />
      {isSet && (
        <button
          type="button"
          className="text-button"
          onClick={() => onChange(NO_FILTERS)}
          data-testid="audit-clear"
        >
          {names.clear}
        </button>
      )}
    </div>
  );
}
