import React from 'react';
import { standingLabels, studyMark } from '../conformance/present.ts';
import { keepControlKeys } from '../keys.ts';
import { language, say, switchLanguage } from '../language.ts';
import { HospitalName, HrLabelChip, MarkChip } from '../panel/Marks.tsx';
import { activeStudy, headingOf, useOpenStudies, useReading } from '../studies.ts';
import { useConformance, type Viewer } from '../viewer.ts';
import words from '../words.ts';

/** The line under the tools: whose study this is, what it is, where it comes from, and what it is worth. */
export function StudyBar({ viewer }: { viewer: Viewer }): React.JSX.Element {
  const reading = useReading(viewer.reading);
  const studies = useOpenStudies(reading);
  const uid = activeStudy(reading, studies);
  const heading = uid ? headingOf(reading, uid) : undefined;
  return (
    <div className="ht-study-bar" data-cy="hutong-study-bar" onKeyDown={keepControlKeys}>
      <div className="ht-study-facts">
        {heading && (
          <>
            <strong className="ht-patient">{heading.patientName || heading.patientId}</strong>
            <Quiet values={[heading.sex && say(heading.sex), heading.age && say(heading.age)]} />
            {heading.patientName && <Quiet values={[heading.patientId]} />}
            {heading.description && <span className="ht-exam">{heading.description}</span>}
            <Quiet values={[heading.dateTime]} />
          </>
        )}
      </div>
      {uid && <StudyWorth viewer={viewer} studyInstanceUid={uid} />}
      <span className="ht-quiet-line">{say(words.clinicalReference)}</span>
      <button
        type="button"
        className="ht-language"
        data-cy="hutong-language"
        lang={language() === 'zh' ? 'en' : 'zh-CN'}
        title={say(words.otherLanguageTitle)}
        onClick={() => void switchLanguage()}
      >
        {say(words.otherLanguage)}
      </button>
    </div>
  );
}

function StudyWorth(props: { viewer: Viewer; studyInstanceUid: string }): React.JSX.Element | null {
  const state = useConformance(props.viewer.conformance, props.studyInstanceUid);
  if (state.kind !== 'ready') return null;
  const { response } = state;
  const mark = studyMark(response);
  return (
    <div className="ht-study-worth">
      <HospitalName name={say(response.hospital.name)} />
      {standingLabels(response.labels).map((label) => (
        <HrLabelChip key={`${label.itemCode} ${label.text}`} label={label} />
      ))}
      {mark && <MarkChip mark={mark} title={response.results.map((item) => say(item.summary)).join('\n')} />}
    </div>
  );
}

function Quiet({ values }: { values: (string | undefined)[] }): React.JSX.Element | null {
  const said = values.filter(Boolean);
  return said.length > 0 ? <span className="ht-quiet">{said.join(' ')}</span> : null;
}
