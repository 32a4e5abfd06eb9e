import { Popover } from 'antd';
import type { FiguresBody } from '@hutong/server/contract/figures';
import type { FigureName } from '@hutong/recognition';
import { figureWords } from '../i18n/figures.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';

/** The name of a figure; a press on it tells what it counts. */
export function Defined({
  name,
  definitions,
}: {
  name: FigureName;
  definitions: FiguresBody['definitions'];
}) {
  const marks = useMarks();
  const { pick } = useWords();
  const words = useOwnWords(figureWords);
  const { name: title, text } = definitions[name];
  return (
    <Popover
      trigger={['click', 'hover']}
      mouseEnterDelay={0.3}
      title={pick(title)}
      content={<p className="figure-definition">{pick(text)}</p>}
    >
      <button type="button" className="figure-defined" aria-label={marks.said(pick(title), words.definition)}>
        {pick(title)}
      </button>
    </Popover>
  );
}
