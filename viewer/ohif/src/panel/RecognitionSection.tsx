import type { StudyRecognitionBody } from '@hutong/server/contract/recognition';
import React, { useCallback, useEffect, useState } from 'react';
import type { Copy } from '../conformance/decisions.ts';
import { say } from '../language.ts';
import { readRecognition } from '../recognition/api.ts';
import { recognitionWords as words } from '../recognition/words.ts';
import { RecognitionForm } from './RecognitionForm.tsx';

const request = (url: string, init: RequestInit): Promise<Response> => fetch(url, init);

/** Another hospital's labelled study is recognised, or examined again, with its images before the reader. */
export function RecognitionSection({ hospital, study }: Copy): React.JSX.Element | null {
  const [found, setFound] = useState<StudyRecognitionBody | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  useEffect(() => {
    const abort = new AbortController();
    void readRecognition(request, { hospital, study }, abort.signal).then((read) => {
      // What cannot be read now stays as it was seen.
      if (!abort.signal.aborted && read !== null) setFound(read);
    });
    return () => abort.abort();
  }, [hospital, study, turn]);
  const deciding = chosen ?? found?.hospitals[0]?.code;
  if (found === null || deciding === undefined) return null;
  // Whose label was withdrawn has still been decided on.
  const items = [
    ...found.items,
    ...found.decisions
      .map(({ item }) => ({ ...item, labels: [] as string[] }))
      .filter(({ code }, i, all) => all.findIndex((one) => one.code === code) === i)
      .filter(({ code }) => found.items.every((one) => one.code !== code)),
  ];
  if (items.length === 0) return null;
  return (
    <section className="ht-recognition" data-cy="hutong-recognition" aria-label={say(words.title)}>
      <h3>{say(words.title)}</h3>
      {found.hospitals.length > 1 && (
        <label className="ht-recognition-field">
          <span>{say(words.forHospital)}</span>
          <select value={deciding} onChange={(event) => setChosen(event.target.value)}>
            {found.hospitals.map(({ code, name }) => (
              <option key={code} value={code}>
                {say(name)}
              </option>
            ))}
          </select>
        </label>
      )}
      {items.map((item) => (
        <RecognitionForm
          key={`${item.code} ${deciding}`}
          copy={{ hospital, study }}
          item={item}
          deciding={deciding}
          found={found}
          onChanged={again}
        />
      ))}
    </section>
  );
}
