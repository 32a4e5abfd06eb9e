import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import type { ReviewsPage } from '@hutong/server/contract/conformance';
import { facetsQuery } from '../api/queries.ts';
import { reviewFacetsQuery, type ReviewFilters } from '../api/reviews.ts';
import { PHONE, useMedia } from '../app/useMedia.ts';
import { formatCount } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { reviewWords } from '../i18n/reviews.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { isNarrowed, MODALITIES } from './reviewFilters.ts';

/** Hospital, item and modality to choose from, with how much waits for each. */
export function ReviewFilterBar({
  filters,
  total,
  onChange,
}: {
  filters: ReviewFilters;
  total: ReviewsPage['total'] | undefined;
  onChange: (filters: ReviewFilters) => void;
}) {
  const { t, pick } = useWords();
  const words = useOwnWords(reviewWords);
  const facets = useQuery(reviewFacetsQuery).data;
  const hospitals = useQuery(facetsQuery).data?.hospitals ?? [];
  const nameOf = (code: string): string => {
    const found = hospitals.find((hospital) => hospital.code === code);
    return found === undefined ? code : pick(found.name);
  };
  const phone = useMedia(PHONE);
  const many = {
    size: phone ? ('large' as const) : ('medium' as const),
    mode: 'multiple' as const,
    allowClear: true,
    maxTagCount: 1 as const,
    popupMatchSelectWidth: false,
    showSearch: { optionFilterProp: 'label' },
  };
  const narrow = (part: Partial<ReviewFilters>): void => onChange({ ...filters, ...part });
  return (
    <section className="filters review-filters">
      <div className="filters-line">
        <Select
          {...many}
          className="filter-hospital"
          aria-label={words.filters.hospital}
          placeholder={words.filters.hospital}
          value={filters.hospital}
          onChange={(hospital: string[]) => narrow({ hospital })}
          options={(facets?.hospitals ?? []).map(({ code, count }) => ({
            value: code,
            label: `${nameOf(code)} ${formatCount(count)}`,
          }))}
          data-testid="review-hospital"
        />
        <Select
          {...many}
          className="filter-item"
          aria-label={words.filters.item}
          placeholder={words.filters.item}
          value={filters.item}
          onChange={(item: string[]) => narrow({ item })}
          options={(facets?.items ?? []).map(({ code, name, count }) => ({
            value: code,
            label: `${pick(name)} ${formatCount(count)}`,
            title: code,
          }))}
          data-testid="review-item"
        />
        <Select
          {...many}
          className="filter-modality"
          aria-label={words.filters.modality}
          placeholder={words.filters.modality}
          value={filters.modality}
          onChange={(modality: string[]) => narrow({ modality })}
          options={MODALITIES.map((value) => ({ value, label: value }))}
          data-testid="review-modality"
        />
        <button
          type="button"
          className="chip"
          aria-pressed={filters.stale}
          onClick={() => narrow({ stale: !filters.stale })}
          data-testid="review-stale"
        >
          {words.filters.stale}
          {facets !== undefined && facets.stale > 0 && (
            <span className="chip-count">{formatCount(facets.stale)}</span>
          )}
        </button>
        {isNarrowed(filters) && (
          <button
            type="button"
            className="text-button"
            onClick={() => onChange({ hospital: [], item: [], modality: [], stale: false })}
          >
            {words.filters.clear}
          </button>
        )}
        <span className="count" role="status" data-testid="review-count">
          {total === undefined ? t.counting : words.count(formatCount(total.value), total.capped)}
        </span>
      </div>
    </section>
  );
}
