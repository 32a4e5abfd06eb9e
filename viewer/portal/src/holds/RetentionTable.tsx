import { useQuery } from '@tanstack/react-query';
import { retentionQuery } from '../api/privacy.ts';
import { formatCount } from '../format/format.ts';
import { holdWords } from '../i18n/holds.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';

/** How many studies of each hospital reach the end of the time that they are kept, and when. */
export function RetentionTable() {
  const { pick } = useWords();
  const words = useOwnWords(holdWords);
  const { data } = useQuery(retentionQuery);
  if (data === undefined) return null;
  const { outpatientYears, inpatientYears } = data.least;
  return (
    <section>
      <h2 className="retention-title">{words.retention}</h2>
      <p className="quiet">{words.retentionLead(String(outpatientYears), String(inpatientYears))}</p>
      <div className="retention-scroll" tabIndex={0} role="region" aria-label={words.retention}>
        <table className="retention-table" data-testid="retention">
          <thead>
            <tr>
              {Object.entries(words.columns).map(([name, label]) => (
                <th key={name} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.hospitals.map((one) => (
              <tr key={one.code}>
                <th scope="row">{pick(one.name)}</th>
                <td>{words.years(String(one.outpatientYears), String(one.inpatientYears))}</td>
                <td>{formatCount(one.studies)}</td>
                <td>{formatCount(one.ended)}</td>
                <td>{formatCount(one.held)}</td>
                <td>
                  {one.ending
                    .slice(0, 2)
                    .map(({ year, studies }) => words.ending(String(year), formatCount(studies)))
                    .join('；')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
