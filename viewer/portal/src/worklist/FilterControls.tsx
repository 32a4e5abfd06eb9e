/** The single filters, used by the bar on a desk and by the sheet on a phone. */
import type { ReactNode } from 'react';
import { DatePicker, Select } from 'antd';
import dayjs from 'dayjs';
import type { WorklistFacets } from '@hutong/server/contract';
import { VerdictShape } from '../conformance/Verdict.tsx';
import { useWords } from '../i18n/language.ts';
import { DATE_PRESETS, toggled, VERDICTS, type DateFilter } from './filters.ts';
import type { FilterState } from './useFilters.ts';

export interface FilterProps {
  state: FilterState;
  facets: WorklistFacets | undefined;
}

/** Modalities of the list's three categories first, then what else hospitals send. */
const MODALITIES = ['DX', 'CR', 'MG', 'CT', 'MR', 'US', 'XA', 'RF', 'NM', 'PT'];
const CATEGORIES = ['DR', 'CT', 'MR'] as const;

/** A digit that sets the filter from the keyboard. */
function Key({ of }: { of: string }) {
  return (
    <kbd className="chip-key" aria-hidden="true">
      {of}
    </kbd>
  );
}

/** Hospital, item, modality and label, as lists to choose from. */
export function FilterSelects({
  state: { filters, change },
  facets,
  large = false,
}: FilterProps & { large?: boolean }) {
  const { t, pick } = useWords();
  const items = CATEGORIES.map((category) => ({
    label: t.filters.category[category],
    options: (facets?.items ?? [])
      .filter((item) => item.category === category)
      .map((item) => ({ value: item.code, label: pick(item.name), title: item.code })),
  })).filter((group) => group.options.length > 0);
  const height = large ? ('large' as const) : ('medium' as const);
  const many = {
    size: height,
    mode: 'multiple' as const,
    allowClear: true,
    maxTagCount: 0,
    // The first choice by name and how many more: a filter is one line, whatever is chosen.
    maxTagPlaceholder: (chosen: { label?: ReactNode }[]) => (
      <>
        {chosen[0]?.label}
        {chosen.length > 1 && ` +${chosen.length - 1}`}
      </>
    ),
    showSearch: { optionFilterProp: 'label' },
    popupMatchSelectWidth: false,
  };
  return (
    <>
      <Select
        {...many}
        className="filter-hospital"
        aria-label={t.filters.hospital}
        placeholder={t.filters.hospital}
        value={filters.hospital}
        onChange={(hospital: string[]) => change({ hospital })}
        options={(facets?.hospitals ?? []).map(({ code, name }) => ({ value: code, label: pick(name) }))}
        data-testid="filter-hospital"
      />
      <Select
        {...many}
        className="filter-item"
        aria-label={t.filters.item}
        placeholder={t.filters.item}
        value={filters.item}
        onChange={(item: string[]) => change({ item })}
        options={items}
        listHeight={360}
        data-testid="filter-item"
      />
      <Select
        {...many}
        className="filter-modality"
        aria-label={t.filters.modality}
        placeholder={t.filters.modality}
        value={filters.modality}
        onChange={(modality: string[]) => change({ modality })}
        options={MODALITIES.map((value) => ({ value, label: value }))}
        data-testid="filter-modality"
      />
      <Select
        size={height}
        className="filter-label"
        aria-label={t.filters.label}
        placeholder={t.filters.label}
        allowClear
        popupMatchSelectWidth={false}
        value={filters.label === '' ? null : filters.label}
        onChange={(label?: string | null) => change({ label: label ?? '' })}
        options={[
          { value: 'any', label: t.label.any },
          { value: 'none', label: t.label.none },
          ...(facets?.labels ?? []).map((text) => ({ value: text, label: text })),
        ]}
        data-testid="filter-label"
      />
    </>
  );
}

/** One toggle a verdict, and one for the label; digits 1 to 6. */
export function VerdictChips({ state: { filters, change } }: Pick<FilterProps, 'state'>) {
  const { t } = useWords();
  return (
    <div className="chips" role="group" aria-label={t.filters.verdict}>
      {VERDICTS.map((verdict, at) => (
        <button
          key={verdict}
          type="button"
          className="chip"
          aria-pressed={filters.verdict.includes(verdict)}
          onClick={() => change({ verdict: toggled(filters.verdict, verdict) })}
          data-testid={`filter-verdict-${verdict}`}
        >
          <VerdictShape verdict={verdict} size={14} />
          {t.verdict[verdict]}
          <Key of={String(at + 1)} />
        </button>
      ))}
      <button
        type="button"
        className="chip"
        aria-pressed={filters.label === 'any'}
        onClick={() => change({ label: filters.label === 'any' ? '' : 'any' })}
        data-testid="filter-labelled"
      >
        <span className="chip-label-mark" aria-hidden="true">
          HR
        </span>
        {t.label.any}
        <Key of="6" />
      </button>
    </div>
  );
}

const PRESET_KEYS: Partial<Record<string, string>> = { today: '7', '7d': '8', '30d': '9' };

/** Presets of the study date, and a range. */
export function DateChips({ state: { filters, change } }: Pick<FilterProps, 'state'>) {
  const { t } = useWords();
  const { date } = filters;
  const isOn = (kind: DateFilter['kind'], preset?: string): boolean =>
    date.kind === kind && (date.kind !== 'preset' || date.preset === preset);
  const range = date.kind === 'range' ? date : { from: '', to: '' };
  const day = (text: string): dayjs.Dayjs | null => (text === '' ? null : dayjs(text));
  return (
    <div className="chips" role="group" aria-label={t.filters.date}>
      {DATE_PRESETS.map((preset) => (
        <button
          key={preset}
          type="button"
          className="chip"
          aria-pressed={isOn('preset', preset)}
          onClick={() =>
            change({ date: isOn('preset', preset) ? { kind: 'all' } : { kind: 'preset', preset } })
          }
          data-testid={`filter-date-${preset}`}
        >
          {t.date[preset]}
          {PRESET_KEYS[preset] !== undefined && <Key of={PRESET_KEYS[preset]} />}
        </button>
      ))}
      <button
        type="button"
        className="chip chip-neutral"
        aria-pressed={isOn('all')}
        onClick={() => change({ date: { kind: 'all' } })}
        data-testid="filter-date-all"
      >
        {t.date.all}
      </button>
      <DatePicker.RangePicker
        className="filter-range"
        allowEmpty={[true, true]}
        placeholder={[t.filters.from, t.filters.to]}
        value={[day(range.from), day(range.to)]}
        onChange={(days) => {
          const [from = '', to = ''] = (days ?? []).map((each) => each?.format('YYYY-MM-DD') ?? '');
          change({ date: from === '' && to === '' ? { kind: 'all' } : { kind: 'range', from, to } });
        }}
      />
    </div>
  );
}
