import type { Attributes, Value } from '../../catalogues/headerTypes.ts';
import type { SeriesHeaders, StudyHeaders } from '../../catalogues/headers.ts';
import { ctHeaders } from './ctHeaders.ts';
import { mrHeaders } from './mrHeaders.ts';
import { nameHabit } from './mrNames.ts';
import { examHeaders } from './order.ts';
import { otherHeaders } from './otherHeaders.ts';
import type { Step, StudyPlan } from './plan.ts';
import { randomFrom } from './random.ts';
import { timeOf } from './time.ts';
import { xrHeaders } from './xrHeaders.ts';

const AGENTS = {
  CT: ['Iohexol 350', 'OMNIPAQUE 350', '碘海醇', 'IV CONTRAST', 'APPLIED'],
  MR: ['Gadoteridol', 'GADOVIST', '钆喷酸葡胺', 'Gd-DTPA', 'Magnevist'],
} as const;

/** Headers of a planned study as the maker and the site of its style write them. */
export function render(plan: StudyPlan): StudyHeaders {
  const random = randomFrom(`${plan.seed} headers`);
  const habit = nameHabit(random);
  const exam = examHeaders(plan, randomFrom(`${plan.seed} order`));
  const agents = randomFrom(`${plan.seed} agent`);
  const agentOf = { CT: agents.pick(AGENTS.CT), MR: agents.pick(AGENTS.MR) };
  const bodyPart = plan.style.bodyPartFilled ? { BodyPartExamined: plan.exam.bodyPart } : {};
  const series = plan.steps.map((step): SeriesHeaders => {
    const common = {
      ...(step.bodyPart === undefined ? bodyPart : { BodyPartExamined: step.bodyPart }),
      ...exam.series,
      ...(step.prior === true ? { SeriesDate: '20230511', AcquisitionDate: '20230511' } : {}),
    };
    switch (step.kind) {
      case 'mr':
        return mrHeaders(
          step,
          plan.style,
          habit,
          { ...common, ...contrast(plan, step, agentOf.MR) },
          plan.seed,
        );
      case 'ct':
        return ctHeaders(step, plan.style, habit, { ...common, ...contrast(plan, step, agentOf.CT) });
      case 'xr':
        return xrHeaders(step, plan.style, common);
      case 'other':
        return otherHeaders(step, plan.style);
    }
  });
  return {
    common: { StudyDate: '20240603', StudyTime: '095500', AcquisitionDate: '20240603', ...exam.study },
    series,
  };
}

/** What the console wrote of contrast: on every series, on the enhanced ones, or nowhere. */
function contrast(plan: StudyPlan, step: Step, agent: string): Attributes {
  if (step.kind !== 'mr' && step.kind !== 'ct') return {};
  const { style } = plan;
  const post = isPost(step);
  const named =
    plan.injected &&
    !(step.product === 'scout' || step.product === 'localizer') &&
    (style.agent === 'all' || (style.agent === 'post' && post));
  if (!named) return {};
  const out: Record<string, Value> = { ContrastBolusAgent: agent };
  if (style.bolusTime && plan.steps.some(isPost)) {
    const first = Math.min(...plan.steps.filter(isPost).map((one) => one.at));
    out['ContrastBolusStartTime'] = timeOf(first - (step.kind === 'ct' ? bolusDelay(plan) : 20));
  }
  return out;
}

/** Seconds from injection to the first enhanced scan, known from the phase that was aimed at. */
function bolusDelay(plan: StudyPlan): number {
  const first = plan.steps.filter(isPost).sort((a, b) => a.at - b.at)[0];
  if (first?.kind !== 'ct') return 20;
  if (first.product === 'monitor') return 9;
  return first.phase === 'enhanced' ? 62 : first.phase === 'portal' ? 170 : 26;
}

/** Whether contrast was in the body when the images were taken. */
export function isPost(step: Step): boolean {
  if (step.kind === 'mr') return step.contrast === 'post';
  return step.kind === 'ct' && step.phase !== 'plain';
}
