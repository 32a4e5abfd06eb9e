import { useState } from 'react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { UnmappedExamBody } from '@hutong/server/contract/conformance';
import { endMapping, mapExam, refreshAfterMapping, unmappedQuery, type ExamFilters } from '../api/exams.ts';
import { DetailSkeleton } from '../conformance/DetailSkeleton.tsx';
import { VerdictShape } from '../conformance/Verdict.tsx';
import { useHospitalName } from '../app/useHospitalName.ts';
import { formatCount, formatInstant } from '../format/format.ts';
import { examWords } from '../i18n/exams.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { ErrorNotice } from '../worklist/EmptyStates.tsx';
import { examKey, judgedCounts, mappingOf } from './exam.ts';
import { ItemPicker } from './ItemPicker.tsx';

function Judged({ judged }: Pick<UnmappedExamBody, 'judged'>) {
  const { t } = useWords();
  return (
    <span className="exam-judged">
      {judgedCounts(judged).map(([verdict, count]) => (
        <span key={verdict} className={`verdict verdict-${verdict}`} title={t.verdict[verdict]}>
          <VerdictShape verdict={verdict} size={13} />
          {formatCount(count)}
        </span>
      ))}
    </span>
  );
}

/** Maps an exam and says what follows, with the way back. */
function useMapping() {
  const words = useOwnWords(examWords);
  const client = useQueryClient();
  const { message } = App.useApp();
  return async (exam: UnmappedExamBody, itemCodes: readonly string[]): Promise<void> => {
    const mapping = await mapExam(mappingOf(exam, itemCodes));
    const key = `mapped ${examKey(exam)}`;
    const undo = async (): Promise<void> => {
      message.destroy(key);
      if (mapping === null) return;
      await endMapping(mapping.id);
      await refreshAfterMapping(client);
      void message.success(words.undone);
    };
    void message.success({
      key,
      duration: 8,
      content: (
        <span className="mapped-message" data-testid="mapped-message">
          {words.rejudging(formatCount(mapping?.studies ?? exam.studies))}
          <button
            type="button"
            className="text-button"
            onClick={() => void undo().catch(() => void message.error(words.server))}
            data-testid="undo-mapping"
          >
            {words.undo}
          </button>
        </span>
      ),
    });
    await refreshAfterMapping(client);
  };
}

function ExamRow({ exam }: { exam: UnmappedExamBody }) {
  const { pick } = useWords();
  const words = useOwnWords(examWords);
  const hospital = useHospitalName(exam.hospital);
  const { message } = App.useApp();
  const map = useMapping();
  const [picking, setPicking] = useState(false);
  const [busy, setBusy] = useState(false);
  const effect = words.rejudges(formatCount(exam.studies));
  const mapAtOnce = async (itemCodes: readonly string[]): Promise<void> => {
    setBusy(true);
    try {
      await map(exam, itemCodes);
    } catch {
      void message.error(`${words.failed}：${words.server}`);
    } finally {
      setBusy(false);
    }
  };
  const name = exam.name === '' ? exam.code : exam.name;
  return (
    <li className="exam-row" data-testid="unmapped-exam" data-name={name} aria-busy={busy}>
      <div className="exam-what">
        <strong className="exam-name">{name === '' ? words.unnamed : name}</strong>
        <span className="exam-facts">
          {exam.code !== '' && <code>{words.code(exam.code, exam.scheme)}</code>}
          {[exam.modality, hospital].filter((fact) => fact !== '').join(' · ')}
        </span>
      </div>
      <div className="exam-count" title={effect}>
        <strong>{words.studies(formatCount(exam.studies))}</strong>
        <span className="exam-facts">{words.seen(formatInstant(exam.lastSeenAt).slice(0, 10))}</span>
      </div>
      <Judged judged={exam.judged} />
      <div className="exam-suggestions">
        {exam.mayMap ? (
          <>
            {exam.suggestions.map((suggestion) => (
              <button
                key={suggestion.itemCodes.join()}
                type="button"
                className="suggestion"
                disabled={busy}
                title={effect}
                onClick={() => void mapAtOnce(suggestion.itemCodes)}
                data-testid="suggestion"
              >
                <span className="suggestion-items">
                  {suggestion.items.map((item) => (
                    <span key={item.code}>
                      <span className="item-code">{item.code}</span> {pick(item.name)}
                    </span>
                  ))}
                </span>
                <span className="suggestion-because">{pick(suggestion.because)}</span>
              </button>
            ))}
            {exam.suggestions.length === 0 && <span className="quiet">{words.noSuggestion}</span>}
            <span className="exam-own">
              <button
                type="button"
                className="text-button"
                disabled={busy}
                onClick={() => setPicking(true)}
                data-testid="choose-items"
              >
                {words.choose}
              </button>
              <button
                type="button"
                className="text-button"
                disabled={busy}
                title={effect}
                onClick={() => void mapAtOnce([])}
                data-testid="map-not-listed"
              >
                {words.notListed}
              </button>
            </span>
          </>
        ) : (
          <span className="quiet">{words.viewOnly}</span>
        )}
      </div>
      {picking && (
        <ItemPicker
          exam={name === '' ? words.unnamed : name}
          studies={exam.studies}
          chosen={[]}
          suggested={exam.suggestions.flatMap(({ itemCodes }) => itemCodes)}
          onSave={(itemCodes) => map(exam, itemCodes)}
          onClose={() => setPicking(false)}
        />
      )}
    </li>
  );
}

/** Exams that nobody mapped, the most frequent first. */
export function UnmappedList({ filters }: { filters: ExamFilters }) {
  const words = useOwnWords(examWords);
  const unmapped = useInfiniteQuery(unmappedQuery(filters));
  const exams = unmapped.data?.pages.flatMap((page) => page.exams) ?? [];
  if (unmapped.isPending) return <DetailSkeleton />;
  if (unmapped.isError && exams.length === 0) {
    return <ErrorNotice error={unmapped.error} title={words.error} onRetry={() => void unmapped.refetch()} />;
  }
  if (exams.length === 0) {
    const narrowed = filters.q !== '' || filters.hospital.length > 0;
    const nothing = narrowed ? words.noResult : words.empty;
    return (
      <div className="notice" data-testid="unmapped-empty">
        <h1>{nothing.title}</h1>
        <p>{nothing.text}</p>
      </div>
    );
  }
  return (
    <>
      <div className="exam-row exam-heads" aria-hidden="true">
        <span>{words.columns.exam}</span>
        <span>{words.columns.studies}</span>
        <span>{words.columns.judged}</span>
        <span>{words.columns.suggestion}</span>
      </div>
      <ul className={unmapped.isPlaceholderData ? 'exam-rows exam-rows-changing' : 'exam-rows'}>
        {exams.map((exam) => (
          <ExamRow key={examKey(exam)} exam={exam} />
        ))}
      </ul>
      {unmapped.hasNextPage && (
        <button
          type="button"
          className="button exams-more"
          disabled={unmapped.isFetchingNextPage}
          onClick={() => void unmapped.fetchNextPage()}
        >
          {words.more}
        </button>
      )}
    </>
  );
}
