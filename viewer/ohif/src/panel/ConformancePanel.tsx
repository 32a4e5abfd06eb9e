import React from 'react';
import { useOpenStudies, useReading } from '../studies.ts';
import type { Viewer } from '../viewer.ts';
import { keepControlKeys } from '../keys.ts';
import { say } from '../language.ts';
import words from '../words.ts';
import { StudySection } from './StudySection.tsx';

/** The panel at the right: the conformance of every open study. */
export function ConformancePanel({ viewer }: { viewer: Viewer }): React.JSX.Element {
  const studies = useOpenStudies(useReading(viewer.reading));
  return (
    <div
      className="ht-panel"
      data-cy="hutong-conformance"
      aria-label={say(words.conformance)}
      role="region"
      onKeyDown={keepControlKeys}
    >
      {studies.map((uid) => (
        <StudySection key={uid} viewer={viewer} studyInstanceUid={uid} named={studies.length > 1} />
      ))}
    </div>
  );
}
