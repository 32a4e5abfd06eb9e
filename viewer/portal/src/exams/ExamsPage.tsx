import { useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import { NavLink, Route, Routes } from 'react-router';
import { exportHref, unmappedCountQuery, type ExamFilters } from '../api/exams.ts';
import { facetsQuery } from '../api/queries.ts';
import { Icon } from '../app/Icon.tsx';
import { PageHead } from '../app/PageHead.tsx';
import { PHONE, useMedia } from '../app/useMedia.ts';
import { formatCount } from '../format/format.ts';
import { examWords } from '../i18n/exams.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ImportDialog } from './ImportDialog.tsx';
import { MappedList } from './MappedList.tsx';
import { useMayMap } from './rights.ts';
import { UnmappedList } from './UnmappedList.tsx';
import '../styles/exams.css';

const SEARCH_DELAY_MS = 250;

/** What each hospital's own exams stand for: those still to be mapped, and those that are. */
export default function ExamsPage() {
  const { pick } = useWords();
  const words = useOwnWords(examWords);
  const hospitals = useQuery(facetsQuery).data?.hospitals ?? [];
  const unmapped = useQuery(unmappedCountQuery).data ?? 0;
  const mayImport = useMayMap(null);
  const size = useMedia(PHONE) ? ('large' as const) : ('medium' as const);
  const [hospital, setHospital] = useState<string | null>(null);
  const [typed, setTyped] = useState('');
  const [q, setQ] = useState('');
  const [importing, setImporting] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), SEARCH_DELAY_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const filters: ExamFilters = { hospital: hospital === null ? [] : [hospital], q };
  return (
    <main className="page" data-testid="exams">
      <div className="page-column">
        <PageHead title={words.title} lead={words.lead}>
          {mayImport && (
            <button
              type="button"
              className="button"
              onClick={() => setImporting(true)}
              data-testid="import-exams"
            >
              {words.import.button}
            </button>
          )}
          {hospital === null ? (
            <button type="button" className="button" disabled title={words.exportHint}>
              {words.export}
            </button>
          ) : (
            <a className="button" href={exportHref(hospital)} download data-testid="export-exams">
              {words.export}
            </a>
          )}
        </PageHead>
        <div className="exams-tools">
          <nav className="pending-tabs" aria-label={words.title}>
            <NavLink to="/exams" end className="choice-option">
              {words.tabs.unmapped}
              {unmapped > 0 && <span className="chip-count exams-tab-count">{formatCount(unmapped)}</span>}
            </NavLink>
            <NavLink to="/exams/mapped" className="choice-option" data-testid="mapped-tab">
              {words.tabs.mapped}
            </NavLink>
          </nav>
          <Select
            size={size}
            className="filter-hospital"
            allowClear
            aria-label={words.filters.hospital}
            placeholder={words.filters.hospital}
            value={hospital}
            popupMatchSelectWidth={false}
            onChange={(code?: string | null) => setHospital(code ?? null)}
            options={hospitals.map(({ code, name }) => ({ value: code, label: pick(name) }))}
            data-testid="exams-hospital"
          />
          <Input
            size={size}
            className="exams-search"
            prefix={<Icon name="search" />}
            allowClear
            maxLength={64}
            aria-label={words.filters.search}
            placeholder={words.filters.search}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            data-testid="exams-search"
          />
        </div>
        <Routes>
          <Route index element={<UnmappedList filters={filters} />} />
          <Route path="mapped" element={<MappedList filters={filters} />} />
        </Routes>
      </div>
      {importing && <ImportDialog preset={hospital} onClose={() => setImporting(false)} />}
    </main>
  );
}
