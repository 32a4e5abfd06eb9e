import { useState, type ReactNode } from 'react';
import type { Because, Evidence, RequirementResult, SeriesFacts } from '@hutong/conformance';
import type { JudgedItemBody } from '@hutong/server/contract/conformance';
import { Icon } from '../app/Icon.tsx';
import { useWords } from '../i18n/language.ts';
import { reviewWords } from '../i18n/reviews.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { factWords, seriesName } from './facts.ts';
import { sourceText } from '../../../words/sourceNames.ts';
import { StatusShape } from './Verdict.tsx';
import { VerdictLines } from './VerdictLines.tsx';

export interface EvidenceProps {
  series: ReadonlyMap<string, SeriesFacts>;
  /** Shows a series in the list of series. */
  onSeries: (seriesInstanceUid: string) => void;
  /** Its address in the viewer. */
  hrefOf: (seriesInstanceUid: string) => string;
}

/** One series that proves a requirement: what it is, why it counts, and the way to its images. */
function EvidenceLine({ evidence, series, onSeries, hrefOf }: { evidence: Evidence } & EvidenceProps) {
  const { t, pick } = useWords();
  const words = useOwnWords(reviewWords);
  const [open, setOpen] = useState(false);
  const uid = evidence.seriesInstanceUid;
  const facts = series.get(uid);
  const note = pick(evidence.note);
  const name = facts === undefined ? t.detail.evidence : seriesName(facts, t);
  const understood = facts === undefined ? [] : factWords(facts, t);
  const because = facts?.because ?? [];
  return (
    <li className="evidence-row">
      <div className="evidence-line">
        <button
          type="button"
          className="evidence"
          title={name}
          onClick={() => onSeries(uid)}
          data-testid="evidence"
          data-series={uid}
        >
          {facts?.seriesNumber != null && <span className="evidence-number">{facts.seriesNumber}</span>}
          <span className="evidence-name">{name}</span>
        </button>
        <span className="evidence-note">{note === '' || note === name ? understood.join(' · ') : note}</span>
        {because.length > 0 && (
          <button
            type="button"
            className="evidence-why"
            aria-expanded={open}
            title={words.why.attributesHint}
            onClick={() => setOpen(!open)}
            data-testid="evidence-why"
          >
            {words.why.attributes}
            <span className={open ? 'turned' : ''}>
              <Icon name="chevron" size={10} />
            </span>
          </button>
        )}
        <a
          className="evidence-open"
          href={hrefOf(uid)}
          target="_blank"
          rel="noopener"
          title={words.openSeries}
          aria-label={`${words.openSeries}: ${name}`}
          data-testid="evidence-open"
        >
          <Icon name="open" size={13} />
        </a>
      </div>
      {open && <BecauseList because={because} />}
    </li>
  );
}

function Requirement({ result, ...rest }: { result: RequirementResult } & EvidenceProps) {
  const { t, pick } = useWords();
  const reason = pick(result.reason);
  return (
    <li
      className={`requirement requirement-${result.status} level-${result.level}`}
      data-testid="requirement"
      data-status={result.status}
    >
      <StatusShape status={result.status} />
      <div className="requirement-body">
        <div className="requirement-line">
          <span className="requirement-label">{pick(result.label)}</span>
          {result.level !== 'must' && (
            <span className="level" title={t.levelLong[result.level]}>
              {t.level[result.level]}
            </span>
          )}
          <span className="requirement-status">{t.status[result.status]}</span>
        </div>
        {reason !== '' && <p className="requirement-reason">{reason}</p>}
        {result.evidence.length > 0 && (
          <ul className="evidence-lines">
            {result.evidence.map((evidence, at) => (
              <EvidenceLine key={`${evidence.seriesInstanceUid}-${at}`} evidence={evidence} {...rest} />
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}

/** Why something was concluded, one line an attribute. */
export function BecauseList({ because }: { because: readonly Because[] }) {
  const { language, pick } = useWords();
  return (
    <ul className="because" data-testid="because">
      {because.map((each, at) => (
        <li key={at}>
          <span className="because-source" title={each.source}>
            {sourceText(each.source, language)}
          </span>
          <span>{pick(each.text)}</span>
        </li>
      ))}
    </ul>
  );
}

/** What is missing first, then what is open, then what is there; advice and notes do not push ahead. */
export function inReadingOrder(requirements: readonly RequirementResult[]): RequirementResult[] {
  const rank = ({ level, status }: RequirementResult): number =>
    level !== 'must' ? 2 : status === 'NOT_SATISFIED' ? 0 : status === 'UNDECIDED' ? 1 : 2;
  return [...requirements].sort((one, other) => rank(one) - rank(other));
}

/** The verdict on one catalogue item and every requirement behind it; `decision` is the way to decide. */
export function ItemVerdict({
  item,
  decision,
  ...rest
}: { item: JudgedItemBody; decision?: ReactNode } & EvidenceProps) {
  const { t, pick } = useWords();
  const musts = item.requirements.filter((each) => each.level === 'must');
  const met = musts.filter((each) => each.status === 'SATISFIED').length;
  return (
    <section
      className="item"
      data-testid="item-result"
      data-code={item.itemCode}
      data-verdict={item.effectiveVerdict}
      data-machine-verdict={item.verdict}
    >
      <header className="item-head">
        <div className="item-title">
          <h3>{pick(item.itemName)}</h3>
          <span className="item-code">{item.itemCode}</span>
        </div>
        <VerdictLines item={item} met={t.detail.satisfied(met, musts.length)} />
        {decision}
      </header>
      <ul className="requirements">
        {inReadingOrder(item.requirements).map((result) => (
          <Requirement key={result.id} result={result} {...rest} />
        ))}
      </ul>
      {item.identifiedBy.length > 0 && (
        <details className="more">
          <summary>{t.detail.identifiedBy}</summary>
          <BecauseList because={item.identifiedBy} />
        </details>
      )}
    </section>
  );
}
