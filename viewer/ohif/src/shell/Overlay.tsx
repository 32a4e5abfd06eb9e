import React from 'react';
import { factsOf, standingLabels } from '../conformance/present.ts';
import { seriesTags } from '../conformance/seriesTags.ts';
import type { OverlayItem, OverlayProps } from '../host/types.ts';
import { say } from '../language.ts';
import { dateTimeText, personName, text } from '../person.ts';
import { useConformance, type Viewer } from '../viewer.ts';

interface Props {
  viewer: Viewer;
  studyInstanceUid: string;
  seriesInstanceUid: string;
}

/** In the viewport's corner: where the picture comes from, its HR label, and what the series is. */
function OriginCorner({ viewer, studyInstanceUid, seriesInstanceUid }: Props): React.JSX.Element | null {
  const state = useConformance(viewer.conformance, studyInstanceUid);
  if (state.kind !== 'ready') return null;
  const { response } = state;
  const facts = factsOf(response, seriesInstanceUid);
  return (
    <div className="ht-corner" data-cy="hutong-corner">
      <div className="ht-corner-origin">
        {say(response.hospital.name)}
        {standingLabels(response.labels).map((label) => (
          <span key={`${label.itemCode} ${label.text}`} className={`ht-hr-label ht-hr-label-${label.state}`}>
            {label.text}
          </span>
        ))}
      </div>
      {facts && (
        <div className="ht-corner-tags">
          {seriesTags(facts)
            .map((tag) => say(tag))
            .join(' · ')}
        </div>
      )}
    </div>
  );
}

/** Corner texts for OHIF's customisation service. */
export function overlayItems(viewer: Viewer): { topLeft: OverlayItem[]; topRight: OverlayItem[] } {
  return {
    topLeft: [
      line('HutongPatient', ({ referenceInstance }) => personName(referenceInstance?.PatientName)),
      line('HutongStudyDate', ({ referenceInstance }) =>
        dateTimeText(referenceInstance?.StudyDate, referenceInstance?.StudyTime),
      ),
      line('HutongSeries', ({ referenceInstance }) => text(referenceInstance?.SeriesDescription)),
    ],
    topRight: [
      {
        id: 'HutongOrigin',
        condition: ({ displaySet }) => displaySet !== undefined,
        contentF: ({ displaySet }) =>
          displaySet && (
            <OriginCorner
              viewer={viewer}
              studyInstanceUid={displaySet.StudyInstanceUID}
              seriesInstanceUid={displaySet.SeriesInstanceUID}
            />
          ),
      },
    ],
  };
}

function line(id: string, say: (props: OverlayProps) => string): OverlayItem {
  return { id, contentF: (props) => <div className="overlay-item">{say(props)}</div> };
}
