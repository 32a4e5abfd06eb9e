import { useState } from 'react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { App, Popconfirm } from 'antd';
import type { ExamMappingBody } from '@hutong/server/contract/conformance';
import { endMapping, mapExam, mappingsQuery, refreshAfterMapping, type ExamFilters } from '../api/exams.ts';
import { useHospitalName } from '../app/useHospitalName.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { formatCount, formatInstant } from '../format/format.ts';
import { examWords } from '../i18n/exams.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { mappingOf } from './exam.ts';
import { ItemPicker } from './ItemPicker.tsx';
import { useMayMap } from './rights.ts';

function MappingRow({ mapping }: { mapping: ExamMappingBody }) {
  const { pick } = useWords();
  const words = useOwnWords(examWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  const hospital = useHospitalName(mapping.hospital);
  const mayMap = useMayMap(mapping.hospital);
  const [editing, setEditing] = useState(false);
  const studies = formatCount(mapping.studies);
  const name = mapping.name === '' ? words.code(mapping.code, mapping.scheme) : mapping.name;
  const save = async (itemCodes: string[]): Promise<void> => {
    await mapExam(mappingOf(mapping, itemCodes));
    void message.success(words.rejudging(studies));
    await refreshAfterMapping(client);
  };
  const end = async (): Promise<void> => {
    try {
      await endMapping(mapping.id);
      void message.success(words.end.done);
    } catch {
      void message.error(`${words.failed}：${words.server}`);
    }
    await refreshAfterMapping(client);
  };
  return (
    <li className="exam-row mapping-row" data-testid="mapping" data-name={name}>
      <div className="exam-what">
        <strong className="exam-name">{name}</strong>
        <span className="exam-facts">{hospital}</span>
      </div>
      <div className="mapping-items">
        {mapping.items.length === 0 ? (
          <span className="quiet">{words.notListedMapped}</span>
        ) : (
          mapping.items.map((item) => (
            <span key={item.code} className="mapping-item">
              <span className="item-code">{item.code}</span> {pick(item.name)}
            </span>
          ))
        )}
      </div>
      <div className="exam-count">
        <span>{words.studies(studies)}</span>
        <span className="exam-facts">
          {words.by(mapping.author.name, formatInstant(mapping.at).slice(0, 10))}
        </span>
      </div>
      <div className="mapping-actions">
        {mayMap && (
          <>
            <button
              type="button"
              className="text-button"
              onClick={() => setEditing(true)}
              data-testid="edit-mapping"
            >
              {words.edit}
            </button>
            <Popconfirm
              title={words.end.title}
              description={<p className="end-means">{words.end.means(studies)}</p>}
              okText={words.end.confirm}
              cancelText={words.picker.cancel}
              icon={null}
              placement="topRight"
              onConfirm={() => void end()}
            >
              <button type="button" className="text-button" data-testid="end-mapping">
                {words.end.button}
              </button>
            </Popconfirm>
          </>
        )}
      </div>
      {editing && (
        <ItemPicker
          exam={name}
          studies={mapping.studies}
          chosen={mapping.items.map(({ code }) => code)}
          suggested={[]}
          onSave={save}
          onClose={() => setEditing(false)}
        />
      )}
    </li>
  );
}

/** Exams that are mapped, to be searched, changed and ended. */
export function MappedList({ filters }: { filters: ExamFilters }) {
  const words = useOwnWords(examWords);
  const mapped = useInfiniteQuery(mappingsQuery(filters));
  const mappings = mapped.data?.pages.flatMap((page) => page.mappings) ?? [];
  if (mapped.isPending) return <DetailSkeleton />;
  if (mapped.isError && mappings.length === 0) {
    return <ErrorNotice error={mapped.error} title={words.error} onRetry={() => void mapped.refetch()} />;
  }
  if (mappings.length === 0) {
    const narrowed = filters.q !== '' || filters.hospital.length > 0;
    const nothing = narrowed ? words.noResult : words.emptyMapped;
    return (
      <div className="notice" data-testid="mapped-empty">
        <h1>{nothing.title}</h1>
        <p>{nothing.text}</p>
      </div>
    );
  }
  return (
    <>
      <ul className={mapped.isPlaceholderData ? 'exam-rows exam-rows-changing' : 'exam-rows'}>
        {mappings.map((mapping) => (
          <MappingRow key={mapping.id} mapping={mapping} />
        ))}
      </ul>
      {mapped.hasNextPage && (
        <button
          type="button"
          className="button exams-more"
          disabled={mapped.isFetchingNextPage}
          onClick={() => void mapped.fetchNextPage()}
        >
          {words.more}
        </button>
      )}
    </>
  );
}
