import type { Because, Evidence, ItemResult, RequirementResult, SeriesFacts } from '@hutong/conformance';
import { useWords } from '../i18n/language.ts';
import { seriesName } from './facts.ts';
import { StatusShape, VerdictText } from './Verdict.tsx';

interface EvidenceProps {
  series: ReadonlyMap<string, SeriesFacts>;
  onSeries: (seriesInstanceUid: string) => void;
}

function EvidenceChip({ evidence, series, onSeries }: { evidence: Evidence } & EvidenceProps) {
  const { t, pick } = useWords();
  const facts = series.get(evidence.seriesInstanceUid);
  const note = pick(evidence.note);
  return (
    <button
      type="button"
      className="evidence"
      title={note}
      onClick={() => onSeries(evidence.seriesInstanceUid)}
      data-testid="evidence"
    >
      {facts?.seriesNumber != null && <span className="evidence-number">{facts.seriesNumber}</span>}
      <span className="evidence-name">{facts === undefined ? t.detail.evidence : seriesName(facts, t)}</span>
    </button>
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
          <div className="evidence-line">
            {result.evidence.map((evidence, at) => (
              <EvidenceChip key={`${evidence.seriesInstanceUid}-${at}`} evidence={evidence} {...rest} />
            ))}
          </div>
        )}
      </div>
    </li>
  );
}

/** Why something was concluded, one line an attribute. */
export function BecauseList({ because }: { because: readonly Because[] }) {
  const { pick } = useWords();
  return (
    <ul className="because">
      {because.map((each, at) => (
        <li key={at}>
          <code>{each.source}</code>
          <span>{pick(each.text)}</span>
        </li>
      ))}
    </ul>
  );
}

/** What is missing first, then what is open, then what is there; advice and notes do not push ahead. */
function inReadingOrder(requirements: readonly RequirementResult[]): RequirementResult[] {
  const rank = ({ level, status }: RequirementResult): number =>
    level !== 'must' ? 2 : status === 'NOT_SATISFIED' ? 0 : status === 'UNDECIDED' ? 1 : 2;
  return [...requirements].sort((one, other) => rank(one) - rank(other));
}

/** The verdict on one catalogue item and every requirement behind it. */
export function ItemVerdict({ item, ...rest }: { item: ItemResult } & EvidenceProps) {
  const { t, pick } = useWords();
  const musts = item.requirements.filter((each) => each.level === 'must');
  const met = musts.filter((each) => each.status === 'SATISFIED').length;
  return (
    <section className="item" data-testid="item-result" data-verdict={item.verdict}>
      <header className={`item-head item-head-${item.verdict}`}>
        <div className="item-title">
          <h3>{pick(item.itemName)}</h3>
          <span className="item-code">{item.itemCode}</span>
        </div>
        <div className="item-verdict">
          <VerdictText verdict={item.verdict} />
          <span className="item-met">{t.detail.satisfied(met, musts.length)}</span>
        </div>
        <p className="item-summary">{pick(item.summary) || t.verdictWhy[item.verdict]}</p>
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
