import type { ReactNode } from 'react';
import type { FigureName } from '@hutong/recognition';
import type { FiguresBody } from '@hutong/server/contract/figures';
import { formatCount } from '../format/format.ts';
import { figureWords } from '../i18n/figures.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { Defined } from './Defined.tsx';
import { formatShare, formatYuan } from './numbers.ts';

function Number({
  name,
  value,
  definitions,
  children,
}: {
  name: FigureName;
  value: string;
  definitions: FiguresBody['definitions'];
  children?: ReactNode;
}) {
  return (
    <div className="figure-number" data-testid={`figure-${name}`}>
      <dt>
        <Defined name={name} definitions={definitions} />
      </dt>
      <dd>
        <strong>{value}</strong>
        {children}
      </dd>
    </div>
  );
}

/** The numbers that are asked for first. */
export function Summary({ body }: { body: FiguresBody }) {
  const words = useOwnWords(figureWords);
  const { definitions, figures } = body;
  const { recognised, examinedAgain, savings } = figures.total;
  const decided = recognised.items + examinedAgain.items;
  const unpriced = savings.unpriced.reduce((sum, { items }) => sum + items, 0);
  return (
    <dl className="figure-numbers">
      <Number name="recognised" value={formatCount(recognised.items)} definitions={definitions}>
        <span>{words.counts(formatCount(recognised.personTimes), formatCount(recognised.persons))}</span>
      </Number>
      <Number name="recognitionRate" value={formatShare(recognised.items, decided)} definitions={definitions}>
        <span>{words.of(formatCount(recognised.items), formatCount(decided))}</span>
      </Number>
      <Number name="saved" value={formatYuan(savings.fen)} definitions={definitions}>
        {unpriced > 0 && <span className="figure-caution">{words.unpriced(formatCount(unpriced))}</span>}
        {savings.repeated.items > 0 && <span>{words.repeated(formatCount(savings.repeated.items))}</span>}
        {savings.windowOpen > 0 && <span>{words.windowOpen(formatCount(savings.windowOpen))}</span>}
      </Number>
      <Number
        name="perPerson"
        value={savings.fenPerPerson === null ? '—' : formatYuan(savings.fenPerPerson)}
        definitions={definitions}
      >
        <span>{words.countedPersons(formatCount(savings.persons))}</span>
      </Number>
    </dl>
  );
}
