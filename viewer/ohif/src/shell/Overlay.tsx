import React from 'react';
import { factsOf, studyMark } from '../conformance/present.ts';
import { seriesTags } from '../conformance/seriesTags.ts';
import type { Instance, OverlayItem, OverlayProps } from '../host/types.ts';
import { say } from '../language.ts';
import { MarkChip } from '../panel/Marks.tsx';
import { dateTimeText, personName, text } from '../person.ts';
import { useOpenStudies, useReading } from '../studies.ts';
import { useConformance, type Viewer } from '../viewer.ts';
import words from '../words.ts';

interface Props {
  viewer: Viewer;
  studyInstanceUid: string;
  seriesInstanceUid: string;
}

/** In the viewport's corner: where the picture comes from, the HR labels that hold, and what the series is. */
function OriginCorner({ viewer, studyInstanceUid, seriesInstanceUid }: Props): React.JSX.Element | null {
  const state = useConformance(viewer.conformance, studyInstanceUid);
  const severalOpen = useOpenStudies(useReading(viewer.reading)).length > 1;
  if (state.kind !== 'ready') return null;
  const { response } = state;
  const facts = factsOf(response, seriesInstanceUid);
  // A viewport may show another plane than the series was acquired in.
  const tags = facts ? seriesTags({ ...facts, plane: 'unknown' }) : [];
  const labels = response.labels.filter((label) => label.state === 'applied');
  // The study bar speaks of one study only.
  const mark = severalOpen ? studyMark(response) : null;
  return (
    <div className="ht-corner" data-cy="hutong-corner">
      <span>{say(response.hospital.name)}</span>
      {(labels.length > 0 || mark) && (
        <span className="ht-corner-labels">
          {labels.map((label) => (
            <span key={`${label.itemCode} ${label.text}`} className="ht-hr-label">
              {label.text}
            </span>
          ))}
          {mark && <MarkChip mark={mark} />}
        </span>
      )}
      {tags.length > 0 && <span className="ht-corner-tags">{tags.map(say).join(' · ')}</span>}
    </div>
  );
}

interface OverlayItems {
  topLeft: OverlayItem[];
  topRight: OverlayItem[];
  bottomRight: OverlayItem[];
}

/** Corner texts for OHIF's customisation service. */
export function overlayItems(viewer: Viewer): OverlayItems {
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
    bottomRight: [
      line('HutongLossy', ({ referenceInstance }) => lossyText(referenceInstance)),
      line('HutongSlice', sliceText),
    ],
  };
}

/** Which of the series' images this is; its instance number where that differs. A single image needs no number. */
function sliceText({ imageSliceData, instanceNumber }: OverlayProps): string {
  const { imageIndex = 0, numberOfSlices = 0 } = imageSliceData ?? {};
  if (numberOfSlices < 2) return '';
  const position = `${imageIndex + 1}/${numberOfSlices}`;
  return instanceNumber && instanceNumber !== imageIndex + 1
    ? `${say(words.instance)} ${instanceNumber} · ${position}`
    : position;
}

/** Lossy pictures say so on themselves (PS3.3 C.7.6.1.1.5), with the ratio where it is recorded. */
function lossyText(instance: Instance | undefined): string {
  if (text(instance?.LossyImageCompression) !== '01') return '';
  const ratio = Number([instance?.LossyImageCompressionRatio].flat().at(-1));
  return ratio > 1 ? `${say(words.lossy)} ${ratio.toFixed(0)}:1` : say(words.lossy);
}

function line(id: string, textOf: (props: OverlayProps) => string): OverlayItem {
  return { id, contentF: (props) => <div className="overlay-item">{textOf(props)}</div> };
}
