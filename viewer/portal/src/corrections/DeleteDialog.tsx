import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { deleteCopy, reasonsQuery, type Copy, type GivenReason } from '../api/corrections.ts';
import { copySeriesQuery, type CopyFacts } from '../api/copy.ts';
import { formatCount, formatDay } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { ActionDialog, Field } from './ActionDialog.tsx';
import { Choice } from './Choice.tsx';
import { recoverableUntil } from './groups.ts';
import { isGiven, ReasonFields } from './ReasonFields.tsx';
import { useKeepDays } from './rights.ts';

/** Deletes a copy of a study, or one of its series, after saying whose, of when, and what that means. */
export function DeleteDialog({
  copy,
  hospitalName,
  patientName,
  facts,
  onClose,
}: {
  copy: Copy;
  hospitalName: string;
  patientName: string;
  facts: CopyFacts;
  onClose: () => void;
}) {
  const { t, language } = useWords();
  const words = t.corrections.delete;
  const keepDays = useKeepDays();
  const series = useQuery(copySeriesQuery(copy));
  const reasons = useQuery(reasonsQuery);
  const [what, setWhat] = useState<'study' | 'series'>('study');
  const [uid, setUid] = useState('');
  const [reason, setReason] = useState<GivenReason>({ code: '', text: '' });

  const chosen = series.data?.find((each) => each.uid === uid);
  const images = what === 'study' ? facts.numberOfInstances : (chosen?.instances ?? 0);
  const until = keepDays === null ? null : recoverableUntil(new Date(), keepDays);
  const code = reasons.data?.reasons.find((each) => each.code === reason.code);
  const ready = isGiven(reason) && (what === 'study' || chosen !== undefined);
  return (
    <ActionDialog
      title={words.title}
      confirm={
        images === 0 ? words.confirm : `${words.confirm} · ${t.corrections.instances(formatCount(images))}`
      }
      ready={ready}
      danger
      act={async () => {
        await deleteCopy(copy, what === 'study' ? null : uid, reason);
        return words.done;
      }}
      onClose={onClose}
    >
      <div className="danger-card" data-testid="delete-names">
        <strong>{patientName}</strong>
        <dl>
          <div>
            <dt>{words.from}</dt>
            <dd>{hospitalName}</dd>
          </div>
          <div>
            <dt>{words.date}</dt>
            <dd>{facts.studyDate === '' ? words.undated : facts.studyDate}</dd>
          </div>
          <div>
            <dt>{t.columns.exam}</dt>
            <dd>{facts.description === '' ? t.unnamedExam : facts.description}</dd>
          </div>
        </dl>
        <p>{words.content(formatCount(facts.numberOfSeries), formatCount(facts.numberOfInstances))}</p>
      </div>
      <Choice
        label={words.what}
        value={what}
        options={[
          ['study', words.whole],
          ['series', words.oneSeries],
        ]}
        onChange={setWhat}
      />
      {what === 'series' && (
        <Field label={t.corrections.series}>
          <Select
            value={uid === '' ? null : uid}
            placeholder={words.chooseSeries}
            loading={series.isPending}
            options={(series.data ?? []).map((each) => ({
              value: each.uid,
              label: [
                words.seriesName(
                  each.number === '' ? '–' : each.number,
                  each.modality,
                  formatCount(each.instances),
                ),
                each.description,
              ]
                .filter((part) => part !== '')
                .join(' · '),
            }))}
            onChange={(next: string | null) => setUid(next ?? '')}
            data-testid="delete-series"
          />
        </Field>
      )}
      <ReasonFields reason={reason} onChange={setReason} />
      <p className="dialog-means" data-testid="delete-means">
        {[
          words.means,
          until === null ? words.forEver : words.until(formatDay(until)),
          code === undefined ? '' : code.refusedAfterwards ? words.refused : words.notRefused,
        ]
          .filter((part) => part !== '')
          .join(language === 'zh' ? '' : ' ')}
      </p>
    </ActionDialog>
  );
}
