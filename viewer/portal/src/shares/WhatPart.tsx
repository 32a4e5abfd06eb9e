import { useQuery } from '@tanstack/react-query';
import { Checkbox } from 'antd';
import type { WorklistStudy } from '@hutong/server/contract';
import { copySeriesQuery } from '../api/copy.ts';
import { patientStudiesQuery } from '../api/shares.ts';
import { Choice } from '../corrections/Choice.tsx';
import { formatCount } from '../format/format.ts';
import { shareWords } from '../i18n/shares.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { type Change, Part } from './Part.tsx';
import type { ShareDraft } from './shareDraft.ts';

interface WhatProps {
  study: WorklistStudy;
  draft: ShareDraft;
  change: Change;
}

function SeriesChoice({ study, draft, change }: WhatProps) {
  const words = useOwnWords(shareWords);
  const copy = { hospital: study.hospital.code, study: study.studyInstanceUid };
  const series = useQuery(copySeriesQuery(copy));
  if (series.isError) return <span className="field-hint field-fault">{words.seriesFailed}</span>;
  if (series.data?.length === 0) return <span className="field-hint">{words.seriesNone}</span>;
  return (
    <Checkbox.Group
      className="share-series"
      value={[...draft.series]}
      onChange={(chosen) => change({ series: chosen })}
      options={(series.data ?? []).map((each) => ({
        value: each.uid,
        label: (
          <>
            {each.description === '' ? each.modality : each.description}{' '}
            <span className="quiet">
              {words.seriesLine(
                each.number === '' ? '–' : each.number,
                each.modality,
                formatCount(each.instances),
              )}
            </span>
          </>
        ),
      }))}
    />
  );
}

function StudiesChoice({ study, draft, change }: WhatProps) {
  const words = useOwnWords(shareWords);
  const found = useQuery(patientStudiesQuery(study.hospital.code, study.patient.id));
  if (found.isError) return <span className="field-hint field-fault">{words.otherFailed}</span>;
  const others = found.data?.filter(({ uid }) => uid !== study.studyInstanceUid);
  if (study.patient.id === '' || others?.length === 0)
    return <span className="field-hint">{words.otherNone}</span>;
  const own = `${study.description || study.modalities.join(' ')} · ${study.studyDate}`;
  return (
    <div className="share-series" data-testid="share-studies">
      <Checkbox checked disabled>
        {own} <span className="quiet">{words.thisStudy}</span>
      </Checkbox>
      <Checkbox.Group
        className="share-studies"
        value={[...draft.otherStudies]}
        onChange={(chosen) => change({ otherStudies: chosen })}
        options={(others ?? []).map(({ uid, date, modalities, description }) => ({
          value: uid,
          label: (
            <>
              {description === '' ? modalities : description}{' '}
              <span className="quiet">
                {[modalities, date.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')].join(' · ')}
              </span>
            </>
          ),
        }))}
      />
    </div>
  );
}

/** What of a study is shared, and which others of the same patient with it. */
export function WhatPart(props: WhatProps) {
  const { draft, change } = props;
  const words = useOwnWords(shareWords);
  return (
    <Part label={words.what}>
      <Choice
        label={words.what}
        value={draft.what}
        options={[
          ['study', words.whole],
          ['series', words.chosen],
          ['studies', words.several],
        ]}
        onChange={(what) => change({ what })}
      />
      {draft.what === 'series' && <SeriesChoice {...props} />}
      {draft.what === 'studies' && <StudiesChoice {...props} />}
    </Part>
  );
}
