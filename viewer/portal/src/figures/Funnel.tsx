import type { FiguresBody } from '@hutong/server/contract/figures';
import { formatCount } from '../format/format.ts';
import { figureWords } from '../i18n/figures.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { Defined } from './Defined.tsx';
import { formatShare } from './numbers.ts';

const STEPS = ['stored', 'labelled', 'reminded', 'viewed', 'recognised', 'cited', 'examinedAgain'] as const;
/** The step that a step is a part of; the others have numbers of their own. */
const WITHIN: Partial<Record<(typeof STEPS)[number], (typeof STEPS)[number]>> = {
  viewed: 'reminded',
  cited: 'recognised',
};

/** The steps from storing to citing, with a bar as long as their items are many, and all three counts. */
export function Funnel({ body }: { body: FiguresBody }) {
  const words = useOwnWords(figureWords);
  const { total } = body.figures;
  const most = Math.max(1, ...STEPS.map((step) => total[step].items));
  return (
    <section className="figure-panel" data-testid="funnel">
      <header className="figure-panel-head">
        <h2>{words.funnel}</h2>
      </header>
      <div className="figure-scroll" tabIndex={0} role="region" aria-label={words.funnel}>
        <table className="figure-table funnel">
          <thead>
            <tr>
              <th scope="col" aria-label={words.funnel} />
              <th scope="col" className="funnel-place" aria-hidden />
              {(['item', 'personTime', 'person'] as const).map((name) => (
                <th key={name} scope="col">
                  <Defined name={name} definitions={body.definitions} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {STEPS.map((step) => {
              const { items, personTimes, persons } = total[step];
              const whole = WITHIN[step];
              return (
                <tr key={step} data-testid={`step-${step}`}>
                  <th scope="row">
                    <Defined name={step} definitions={body.definitions} />
                  </th>
                  <td className="funnel-place" aria-hidden>
                    <div
                      className={`funnel-bar funnel-${step}`}
                      style={{ width: `${Math.max(items === 0 ? 0 : 0.5, (100 * items) / most)}%` }}
                    />
                    {whole !== undefined && total[whole].items > 0 && (
                      <span className="quiet">{words.fromLast(formatShare(items, total[whole].items))}</span>
                    )}
                  </td>
                  <td>{formatCount(items)}</td>
                  <td>{formatCount(personTimes)}</td>
                  <td>{formatCount(persons)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
