import { because, say } from './bilingual.ts';
import type { Catalogue, CatalogueRequirement } from './catalogue.ts';
import type { EvaluationOptions } from './options.ts';
import type { Candidate } from './identify.ts';
import { absent, undecided, type Judged, type Outcome } from './judgement.ts';
import { listed } from './names.ts';
import { judgePhases } from './phaseRule.ts';
import * as projection from './projectionRule.ts';
import { judgeSeries } from './seriesRule.ts';
import { oneCannotBeBoth, sameRange } from './plainAndEnhanced.ts';
import * as stack from './stackRule.ts';
import type { Bilingual, ItemResult, RequirementResult, Verdict } from './types.ts';

const WORST = { NOT_SATISFIED: 2, UNDECIDED: 1, SATISFIED: 0 } as const;

/** Judges an item for every part of the exam that selected it; the worst part decides. */
export function judgeItem(
  candidate: Candidate,
  parts: readonly Judged[],
  catalogue: Catalogue,
  options: EvaluationOptions,
): ItemResult {
  const requirements: RequirementResult[] = candidate.item.requirements.map((requirement) => {
    const outcomes = parts.map((judged) => ({ judged, outcome: judge(judged, requirement, options) }));
    const sorted = outcomes.toSorted((a, b) => WORST[b.outcome.status] - WORST[a.outcome.status]);
    const worst = sorted[0]?.outcome ?? undecided(say('无法判定', 'cannot be told'));
    const part =
      parts.length > 1 && worst.status !== 'SATISFIED'
        ? listed([sorted[0]?.judged.side ?? '', ...(sorted[0]?.judged.regions ?? [])].filter(Boolean))
        : null;
    return {
      id: requirement.id,
      level: requirement.level,
      label: requirement.label,
      status: worst.status,
      reason:
        part === null
          ? worst.reason
          : say(`${part.zh}：${worst.reason.zh}`, `${part.en}: ${worst.reason.en}`),
      evidence:
        worst.status === 'SATISFIED' ? outcomes.flatMap(({ outcome }) => outcome.evidence) : worst.evidence,
    };
  });
  oneCannotBeBoth(candidate, parts, requirements, options.settled);
  if (candidate.doubt !== null) {
    requirements.unshift({
      id: 'ITEM',
      level: 'must',
      label: say('检查项目', 'Exam'),
      status: 'UNDECIDED',
      reason: candidate.doubt,
      evidence: [],
    });
  }
  const verdict = verdictOf(requirements, candidate);
  return {
    catalogue: { id: catalogue.id, version: catalogue.version },
    itemCode: candidate.item.code,
    itemName: candidate.item.name,
    verdict,
    summary: summarize(verdict, requirements, options.settled),
    identifiedBy:
      candidate.because.length > 0
        ? candidate.because
        : [because('item', 'BodyPartExamined', '按部位推断', 'inferred from the body part')],
    requirements,
  };
}

function verdictOf(requirements: readonly RequirementResult[], candidate: Candidate): Verdict {
  // an item that rests on BodyPartExamined alone may be the wrong one: nothing is missing of it for certain
  if (candidate.doubt !== null || candidate.regionDoubt !== null) return 'REVIEW';
  const musts = requirements.filter((requirement) => requirement.level === 'must');
  if (musts.some((requirement) => requirement.status === 'NOT_SATISFIED')) return 'FAIL';
  if (musts.some((requirement) => requirement.status === 'UNDECIDED')) return 'REVIEW';
  const toPerson = requirements.some(
    (result) =>
      result.level === 'conditional' &&
      result.status === 'UNDECIDED' &&
      candidate.item.requirements.find((one) => one.id === result.id)?.onUndecided === 'REVIEW',
  );
  return toPerson ? 'REVIEW' : 'PASS';
}

function summarize(
  verdict: Verdict,
  requirements: readonly RequirementResult[],
  settled: boolean,
): Bilingual {
  if (verdict === 'PASS') return say('必备内容齐全', 'Everything required is present');
  const wanted = verdict === 'FAIL' ? 'NOT_SATISFIED' : 'UNDECIDED';
  const reasons = requirements
    .filter((requirement) => requirement.level === 'must' && requirement.status === wanted)
    .map((requirement) => requirement.reason);
  const rest =
    reasons.length > 0
      ? reasons
      : requirements
          .filter((requirement) => requirement.status === 'UNDECIDED')
          .map((requirement) => requirement.reason);
  const tail =
    verdict === 'FAIL' && !settled
      ? say('（检查可能仍在传输）', ' (the study may still be arriving)')
      : say('', '');
  const once = (texts: readonly string[]): string[] => [...new Set(texts)];
  const head = verdict === 'REVIEW' ? say('需人工判定：', 'For a person to decide: ') : say('', '');
  return say(
    `${head.zh}${once(rest.map((reason) => reason.zh)).join('；')}${tail.zh}`,
    upperFirst(`${head.en}${once(rest.map((reason) => reason.en)).join('; ')}${tail.en}`),
  );
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function judge(judged: Judged, requirement: CatalogueRequirement, options: EvaluationOptions): Outcome {
  const outcome = judgeExpr(judged, requirement, options);
  if (requirement.level === 'conditional' && outcome.status === 'NOT_SATISFIED')
    return undecided(outcome.reason, outcome.evidence);
  return outcome;
}

function judgeExpr(judged: Judged, requirement: CatalogueRequirement, options: EvaluationOptions): Outcome {
  const { expr, label } = requirement;
  if (expr.modality !== undefined) {
    const widened =
      options.policy?.crCountsAsDr === true && expr.undecidedFor !== undefined
        ? { ...expr, modality: [...expr.modality, ...expr.undecidedFor] }
        : expr;
    return stack.judgeModality(judged, widened);
  }
  if (expr.regionMatches === true || expr.anyRegionOf !== undefined) return stack.judgeRegion(judged, expr);
  if (expr.series !== undefined) {
    const outcome = judgeSeries(judged, expr.series, expr.min ?? 1, label);
    return outcome.status === 'SATISFIED' && requirement.id === 'POST' && judged.item.category === 'CT'
      ? sameRange(judged, outcome)
      : outcome;
  }
  if (expr.anyOf !== undefined) return judgeAnyOf(judged, requirement);
  if (expr.phases !== undefined) return judgePhases(judged, expr.phases, label);
  if (expr.planes !== undefined) return stack.judgePlanes(judged, expr.planes);
  if (expr.reconstruction !== undefined) return stack.judgeReconstruction(judged, expr.reconstruction, label);
  if (expr.coverageMm !== undefined) return stack.judgeCoverage(judged, expr.coverageMm.min);
  if (expr.gated === true) return stack.judgeGating(judged);
  if (expr.bothSides === true) return projection.judgeBothSides(judged);
  if (expr.detectorType !== undefined) return projection.judgeDetector(judged, expr.detectorType);
  if (expr.view !== undefined) return projection.judgeView(judged, expr.view, label);
  if (expr.viewModifier !== undefined) return projection.judgeSpot(judged);
  if (expr.anyPositionOf !== undefined) return projection.judgePosition(judged, expr.anyPositionOf);
  if (requirement.level === 'info') return projection.judgeViewsSeen(judged);
  return projection.judgeImages(judged, expr.min ?? 1);
}

function judgeAnyOf(judged: Judged, requirement: CatalogueRequirement): Outcome {
  const outcomes = (requirement.expr.anyOf ?? []).map((rule) =>
    judgeSeries(judged, rule.series, rule.min, requirement.label),
  );
  const found = outcomes.find((outcome) => outcome.status === 'SATISFIED');
  if (found !== undefined) {
    if (requirement.expr.requiresTextOrVenc !== true || saysVenous(judged)) return found;
    return undecided(
      say(
        '有血管成像序列，但动脉或静脉无法判定；在序列名中写明 MRV 或记录流速编码值（VelocityEncodingMaximumValue）即可判定',
        'there is an angiographic series, but whether it shows veins cannot be told; a series name that says MRV or VelocityEncodingMaximumValue would decide it',
      ),
      found.evidence,
    );
  }
  const open = outcomes.find((outcome) => outcome.status === 'UNDECIDED');
  return open ?? outcomes[0] ?? absent(judged, requirement.label);
}

/** Slow velocity encoding (cm/s) shows veins. */
const VENOUS_VENC = 30;

function saysVenous(judged: Judged): boolean {
  return judged.eligible.some(
    ({ series }) =>
      series.acquired &&
      (series.description.read('angio').includes('mrv') ||
        series.protocol.read('angio').includes('mrv') ||
        (series.summary.mr?.velocityEncoding ?? Infinity) <= VENOUS_VENC),
  );
}
