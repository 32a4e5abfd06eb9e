import { useState } from 'react';
import type { KeptAsideBody } from '@hutong/server/contract';
import { formatCount } from '../format/format.ts';
import { useWords } from '../i18n/language.ts';
import { attributeName, tagText } from '../../../words/attributeNames.ts';

type Differences = NonNullable<KeptAsideBody['differences']>;

/** Rows that are shown before somebody asks for all. */
const FEW = 8;

function Value({ value }: { value: string | null | undefined }) {
  const { t } = useWords();
  const words = t.corrections.pending;
  if (value === undefined) return <span className="quiet">•••</span>;
  if (value === null) return <span className="quiet">{words.absent}</span>;
  return value === '' ? (
    <span className="quiet">{words.emptyValue}</span>
  ) : (
    <>{value.replaceAll('\\', ' \\ ')}</>
  );
}

/** Attribute by attribute, what is stored and what arrived. */
export function DifferenceTable({ differences }: { differences: Differences | null }) {
  const { t, language } = useWords();
  const words = t.corrections.pending;
  const [all, setAll] = useState(false);
  if (differences === null) return <p className="quiet">{words.notCompared}</p>;
  const { attributes, more, bulkData } = differences;
  if (bulkData) return <p className="quiet">{words.bulkData}</p>;
  const shown = all ? attributes : attributes.slice(0, FEW);
  const hidden = attributes.length - shown.length;
  const isHidden = attributes.some((each) => each.current === undefined);
  return (
    <>
      <table className="differences" data-testid="differences">
        <thead>
          <tr>
            <th scope="col">{words.attribute}</th>
            <th scope="col">{words.current}</th>
            <th scope="col">{words.keptAside}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((each) => (
            <tr key={each.path} data-keyword={each.keyword}>
              <th scope="row">
                <span>
                  {each.keyword === '' ? tagText(each.path) : attributeName(each.keyword, language)}
                </span>
                <code>
                  {tagText(each.path)} {each.vr}
                </code>
              </th>
              <td data-label={words.current}>
                <Value value={each.current} />
              </td>
              <td data-label={words.keptAside}>
                <Value value={each.keptAside} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {isHidden && <p className="quiet">{words.hiddenValues}</p>}
      {hidden > 0 ? (
        <button type="button" className="text-button" onClick={() => setAll(true)}>
          {words.moreDifferences(formatCount(hidden + more))}
        </button>
      ) : (
        more > 0 && <p className="quiet">{words.moreDifferences(formatCount(more))}</p>
      )}
    </>
  );
}
