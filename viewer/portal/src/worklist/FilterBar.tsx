import { useState, type RefObject } from 'react';
import { Drawer, Input, type InputRef } from 'antd';
import { Icon } from '../app/Icon.tsx';
import { formatCount } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { activeFilterCount } from './filters.ts';
import { DateChips, FilterSelects, VerdictChips, type FilterProps } from './FilterControls.tsx';
import type { Worklist } from './useWorklist.ts';

interface BarProps extends FilterProps {
  search: RefObject<InputRef | null>;
  worklist: Worklist;
}

function Search({ state, search }: Pick<BarProps, 'state' | 'search'>) {
  const { t } = useWords();
  return (
    <Input
      ref={search}
      className="filter-search"
      prefix={<Icon name="search" />}
      suffix={
        state.typed === '' && (
          <kbd className="chip-key" aria-hidden="true">
            /
          </kbd>
        )
      }
      allowClear
      autoComplete="off"
      spellCheck={false}
      maxLength={64}
      aria-label={t.filters.searchLabel}
      placeholder={t.filters.search}
      value={state.typed}
      onChange={(event) => state.type(event.target.value)}
      data-testid="search"
    />
  );
}

/** How many studies the filters leave; a number that is not known yet keeps its place. */
function Count({ worklist }: { worklist: Worklist }) {
  const { t } = useWords();
  const { total } = worklist;
  return (
    <span className="count" role="status" data-testid="result-count">
      {total === undefined
        ? worklist.loading
          ? t.counting
          : ''
        : t.count(formatCount(total.value), total.capped)}
    </span>
  );
}

/** Whether anything narrows the list. */
export const isFiltered = ({ filters, typed }: FilterProps['state']): boolean =>
  activeFilterCount(filters) > 0 || typed !== '';

function ClearButton({ state }: Pick<FilterProps, 'state'>) {
  const { t } = useWords();
  return (
    <button
      type="button"
      className="text-button clear-button"
      onClick={state.clear}
      // Kept in place while there is nothing to clear: what follows must not jump.
      disabled={!isFiltered(state)}
      data-testid="clear-filters"
    >
      {t.filters.clear}
      <kbd className="chip-key" aria-hidden="true">
        0
      </kbd>
    </button>
  );
}

/** The filters of a desk: two quiet lines above the list. */
export function FilterBar(props: BarProps) {
  return (
    <section className="filters">
      <div className="filters-line">
        <Search {...props} />
        <FilterSelects {...props} />
        <Count worklist={props.worklist} />
      </div>
      <div className="filters-line">
        <VerdictChips {...props} />
        <span className="filters-gap" />
        <DateChips {...props} />
        <ClearButton {...props} />
      </div>
    </section>
  );
}

/** The filters of a phone: the search in place, the rest in a sheet at the thumb. */
export function PhoneFilters(props: BarProps) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const active = activeFilterCount(props.state.filters);
  const total = props.worklist.total;
  return (
    <section className="filters filters-phone">
      <div className="filters-line">
        <Search {...props} />
        <button
          type="button"
          className="button filters-more"
          aria-label={t.filters.more}
          onClick={() => setOpen(true)}
          data-testid="filters-more"
        >
          <Icon name="filter" />
          {active > 0 && <span className="filters-active">{active}</span>}
        </button>
      </div>
      <div className="filters-line filters-count">
        <Count worklist={props.worklist} />
      </div>
      <Drawer
        open={open}
        onClose={() => setOpen(false)}
        placement="bottom"
        size="auto"
        title={t.filters.more}
        rootClassName="filter-sheet"
        footer={
          <div className="sheet-actions">
            <ClearButton {...props} />
            <button type="button" className="button button-primary" onClick={() => setOpen(false)}>
              {t.filters.done(total === undefined ? '…' : formatCount(total.value))}
            </button>
          </div>
        }
      >
        <h3>{t.filters.verdict}</h3>
        <VerdictChips {...props} />
        <h3>{t.filters.date}</h3>
        <DateChips {...props} />
        <h3>{`${t.filters.hospital} · ${t.filters.item} · ${t.filters.modality}`}</h3>
        <div className="sheet-selects">
          <FilterSelects {...props} large />
        </div>
      </Drawer>
    </section>
  );
}
