import { MAKERS } from './makers.ts';
import { whyHard } from './generate.ts';
import type { CtStep, MrStep, PlaneName, Step, StudyPlan, Technique, XrStep } from './plan.ts';
import { randomFrom, type Random } from './random.ts';
import { truthOf } from './truth.ts';

/** One change of a study that passes; what must come of it follows from the changed plan. */
export interface Mutation {
  name: string;
  /** The changed plan, or null where the change does not apply to such a study. */
  apply: (plan: StudyPlan, random: Random) => StudyPlan | null;
}

/** Every mutation that applies to a study, each with a seed of its own. */
export function mutationsOf(plan: StudyPlan): { name: string; plan: StudyPlan }[] {
  if (truthOf(plan).verdict !== 'PASS') return [];
  return MUTATIONS.flatMap(({ name, apply }) => {
    const changed = apply(plan, randomFrom(`${plan.seed} ${name}`));
    return changed === null ? [] : [{ name, plan: changed }];
  });
}

const steps = (plan: StudyPlan, change: (step: Step) => Step | Step[]): StudyPlan => ({
  ...plan,
  steps: plan.steps.flatMap(change),
});
const source = (step: Step): step is MrStep => step.kind === 'mr' && step.product === 'source';
const scan = (step: Step): step is CtStep => step.kind === 'ct' && step.product === 'axial';
const image = (step: Step): step is XrStep => step.kind === 'xr' && step.forProcessing !== true;

/** The kind of evidence a step is: what a department would say was left out. */
function kindOf(step: Step): string | null {
  switch (step.kind) {
    case 'mr': {
      if (step.product !== 'source') return null;
      const weighting = /^(T1|DUAL)/.test(step.technique) ? 'T1' : step.technique;
      return `${weighting} ${step.contrast}${weighting === 'T2' && step.fatSat ? ' FS' : ''}`;
    }
    case 'ct':
      if (step.product === 'axial') return step.phase;
      return step.product === 'mpr' || step.product === 'vr' ? `${step.product} ${step.plane}` : null;
    case 'xr':
      if (step.forProcessing === true) return null;
      return step.modality === 'MG' ? `${step.view} ${step.side ?? ''}` : 'image';
    case 'other':
      return null;
  }
}

/** Plans without one kind of evidence, those that then lack a requirement. */
function without(plan: StudyPlan, keepProducts: boolean): StudyPlan[] {
  const kinds = new Set(plan.steps.map(kindOf).filter((kind) => kind !== null));
  return [...kinds]
    .map((kind) => ({
      ...plan,
      steps: plan.steps.filter((step) => kindOf(step) !== kind && (keepProducts || !isProductOf(step, kind))),
    }))
    .filter((one) => one.steps.some((step) => step.kind !== 'other') && truthOf(one).verdict === 'FAIL');
}

function isProductOf(step: Step, kind: string): boolean {
  if (step.kind === 'mr' && step.product !== 'source' && step.product !== 'localizer')
    return kindOf({ ...step, product: 'source' }) === kind;
  return step.kind === 'ct' && ['mpr', 'mip', 'vr', 'cpr'].includes(step.product) && step.phase === kind;
}

/** A plan whose order still tells what it was for; without it a changed study may be another exam. */
const ordered = (plan: StudyPlan): boolean => plan.ordered !== null;

/** The agent of an injection whose images are gone stands on plain series and misleads; a person may be asked. */
function settle(plan: StudyPlan): StudyPlan {
  const posts = plan.steps.some(
    (step) => (source(step) && step.contrast === 'post') || (scan(step) && step.phase !== 'plain'),
  );
  const misleading = plan.injected && !posts && plan.style.agent === 'all';
  const untold = plan.steps.filter((step) => source(step) && /^T1/.test(step.technique)).length > 1;
  if (plan.injected && !posts && untold && plan.item === 'MR-02')
    return { ...plan, hard: plan.hard ?? 'several T1 series of an enhanced exam, none marked' };
  const mask =
    plan.style.naming !== 'site' &&
    !posts &&
    plan.steps.some((step) => source(step) && step.technique === 'CEMRA');
  if (mask) return { ...plan, hard: plan.hard ?? 'a mask named as the enhanced run' };
  return misleading ? { ...plan, hard: plan.hard ?? 'agent on every series, enhanced ones lost' } : plan;
}

function change(plan: StudyPlan, test: (step: Step) => boolean, to: (step: Step) => Step): StudyPlan | null {
  if (!plan.steps.some(test)) return null;
  return steps(plan, (step) => (test(step) ? to(step) : step));
}

const fails = (plan: StudyPlan | null): StudyPlan | null =>
  plan !== null && truthOf(plan).verdict === 'FAIL' ? settle(plan) : null;

const NEXT: Readonly<Record<PlaneName, PlaneName>> = {
  axial: 'sagittal',
  sagittal: 'axial',
  coronal: 'sagittal',
  'oblique-coronal': 'oblique-sagittal',
  'oblique-sagittal': 'axial',
};

/** Every change that is tried on each passing study. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a needed series dropped',
    apply: (plan, random) => {
      const options = ordered(plan) ? without(plan, false) : [];
      return options.length === 0 ? null : settle(random.pick(options));
    },
  },
  {
    name: 'a needed series dropped, maps and reconstructions kept',
    apply: (plan, random) => {
      const options = ordered(plan)
        ? without(plan, true).filter((one) =>
            one.steps.some(
              (step) =>
                (step.kind === 'mr' || step.kind === 'ct') &&
                ['adc', 'mip', 'mpr', 'vr', 'cpr'].includes(step.product),
            ),
          )
        : [];
      return options.length === 0 ? null : settle(random.pick(options));
    },
  },
  {
    name: 'a needed series replaced by one of an earlier exam',
    apply: (plan, random) => {
      const options = ordered(plan) ? without(plan, false) : [];
      if (options.length === 0) return null;
      const left = random.pick(options);
      const gone = plan.steps.filter((step) => !left.steps.includes(step));
      return {
        ...left,
        expected: 'NOT_PASS',
        steps: [...left.steps, ...gone.map((step) => ({ ...step, prior: true }))],
      };
    },
  },
  {
    name: 'series of an earlier exam sent along',
    apply: (plan) => ({
      ...plan,
      steps: [
        ...plan.steps,
        ...plan.steps
          .filter((step) => source(step) || scan(step))
          .slice(0, 2)
          .map((step) => ({ ...step, prior: true })),
      ],
    }),
  },
  {
    name: 'one series without a name',
    apply: (plan, random) => {
      const named = plan.steps.filter((step) => source(step) || scan(step) || image(step));
      if (named.length === 0 || plan.style.naming === 'none') return null;
      const chosen = random.pick(named);
      return {
        ...plan,
        steps: plan.steps.map((step) => (step === chosen ? { ...step, named: '' } : step)),
        hard: plan.hard ?? 'one series without a name',
      };
    },
  },
  {
    name: 'all series without names',
    apply: (plan) => restyle(plan, { naming: 'none' }),
  },
  {
    name: 'another language',
    apply: (plan, random) =>
      restyle(plan, {
        language: random.pick((['zh', 'en', 'mixed'] as const).filter((one) => one !== plan.style.language)),
      }),
  },
  {
    name: 'another maker',
    apply: (plan, random) => {
      const maker = random.pick(MAKERS.filter((one) => one !== plan.style.maker));
      return restyle(plan, { maker, enhanced: maker === 'xa' });
    },
  },
  {
    name: 'agent on every series',
    apply: (plan) => (plan.injected ? restyle(plan, { agent: 'all' }) : null),
  },
  { name: 'agent nowhere', apply: (plan) => (plan.injected ? restyle(plan, { agent: 'never' }) : null) },
  {
    name: 'a series sent twice',
    apply: (plan, random) => {
      const chosen = random.pick(plan.steps);
      return { ...plan, steps: [...plan.steps, chosen] };
    },
  },
  {
    name: 'reports and screen saves absent',
    apply: (plan) => steps(plan, (step) => (step.kind === 'other' ? [] : step)),
  },
  {
    name: 'diffusion of b = 0 only',
    apply: (plan) =>
      fails(
        change(
          plan,
          (step) => source(step) && step.b !== undefined,
          (step) => ({ ...step, b: [0] }),
        ),
      ),
  },
  {
    name: 'slices too thick',
    apply: (plan) =>
      fails(
        change(
          plan,
          (step) => (scan(step) && step.thickness <= 1.5) || (source(step) && step.technique === 'HYDRO'),
          (step) =>
            step.kind === 'mr' ? { ...step, thickness: 3, slices: 14 } : ({ ...step, thickness: 3 } as Step),
        ),
      ),
  },
  {
    name: 'one plane missing',
    apply: (plan, random) => {
      if (!ordered(plan)) return null;
      const options = (['sagittal', 'coronal'] as const).flatMap((plane) => {
        const oblique: PlaneName = `oblique-${plane}`;
        const turned = change(
          plan,
          (step) => source(step) && (step.plane === plane || step.plane === oblique),
          (step) =>
            step.kind === 'mr' ? { ...step, plane: plane === 'sagittal' ? 'coronal' : NEXT[plane] } : step,
        );
        return turned !== null && truthOf(turned).missing.join() === 'PLANES' ? [turned] : [];
      });
      return options.length === 0 ? null : random.pick(options);
    },
  },
  {
    name: 'timing of another sequence under the name',
    apply: (plan, random) => {
      if (plan.style.naming === 'none') return null;
      const needed = (Object.keys(CONTRADICTING) as Technique[]).filter((technique) => {
        const left = plan.steps.filter((step) => !(source(step) && step.technique === technique));
        // A plane is a plane under any timing: only a weighting that is then missing contradicts.
        return truthOf({ ...plan, steps: left }).missing.some((id) => id !== 'PLANES');
      });
      if (needed.length === 0) return null;
      const technique = random.pick(needed);
      const timing = CONTRADICTING[technique];
      if (timing === undefined) return null;
      const changed = steps(plan, (step) => {
        if (!source(step) || step.technique !== technique) return step;
        const { b: _, ...rest } = step;
        return { ...rest, timing, fatSat: false };
      });
      return { ...changed, expected: 'NOT_PASS' };
    },
  },
  {
    name: 'phases are reconstructions of one scan',
    apply: (plan) => {
      const first = plan.steps.find((step): step is CtStep => scan(step) && step.phase === 'arterial');
      if (first === undefined) return null;
      return fails(
        change(
          plan,
          (step) => scan(step) && step.phase !== 'plain',
          (step) => ({ ...step, phase: 'arterial', at: first.at, acquisition: first.acquisition }) as Step,
        ),
      );
    },
  },
  {
    name: 'no contrast was given',
    apply: (plan) => {
      if (!ordered(plan) || !plan.injected) return null;
      const post = (step: Step): boolean =>
        step.kind === 'mr' ? step.contrast === 'post' : step.kind === 'ct' && step.phase !== 'plain';
      return fails({ ...steps(plan, (step) => (post(step) ? [] : step)), injected: false });
    },
  },
  {
    name: 'a single time point after the injection',
    apply: (plan) => {
      let kept = 0;
      const changed = steps(plan, (step) => {
        if (!source(step) || step.role !== 'dynamic') return step;
        const { timePoints: _, ...rest } = step;
        kept += 1;
        return kept === 1 ? rest : [];
      });
      return kept === 0 ? null : fails(changed);
    },
  },
  {
    name: 'a storage plate instead of a flat panel',
    apply: (plan) =>
      change(
        plan,
        (step) => step.kind === 'xr' && step.modality === 'DX',
        (step) => ({ ...step, modality: 'CR', detector: '' }) as Step,
      ),
  },
  {
    name: 'raw images only',
    apply: (plan) => fails(change(plan, image, (step) => ({ ...step, forProcessing: true }) as Step)),
  },
  {
    name: 'three slices of each series arrived',
    apply: (plan) => {
      if (!plan.steps.some((step) => source(step) || scan(step))) return null;
      const cut = steps(plan, (step) => {
        if (source(step)) return { ...step, slices: 3 };
        if (scan(step)) return { ...step, range: [step.range[0], step.range[0] + 3 * step.thickness] };
        return step;
      });
      return { ...cut, expected: 'NOT_PASS' };
    },
  },
  {
    name: 'the other side was imaged',
    apply: (plan) => {
      const changed = change(
        plan,
        (step) => step.kind === 'xr' && step.side !== undefined,
        (step) =>
          step.kind === 'xr'
            ? { ...step, side: step.side === 'L' ? 'R' : 'L', region: mirrored(step.region) }
            : step,
      );
      const sides = new Set(plan.steps.map((step) => (step.kind === 'xr' ? step.side : undefined)));
      const told =
        plan.style.exam !== 'bodyPart' && plan.style.exam !== 'codeOnly' && plan.style.exam !== 'mappedCode';
      return changed === null || sides.size !== 1 || !told || !namesSide(plan)
        ? null
        : { ...changed, expected: 'NOT_PASS' };
    },
  },
  {
    name: 'series of another part',
    apply: (plan) => {
      const part = OTHER_PART[plan.exam.bodyPart];
      if (part === undefined || plan.style.exam === 'bodyPart') return null;
      const changed = steps(plan, (step) =>
        step.kind === 'other'
          ? step
          : { ...step, bodyPart: part, named: step.kind === 'xr' ? part : `${part} ${step.role}` },
      );
      return { ...changed, expected: 'NOT_PASS' };
    },
  },
];

/** Timing that no scanner writes for a sequence of the name. */
const CONTRADICTING: Readonly<Partial<Record<Technique, Technique>>> = {
  T1SE: 'T2',
  T2: 'T1SE',
  HASTE: 'T1SE',
  STIR: 'T1SE',
  FLAIR: 'T1SE',
  DWI: 'T2',
  TOF: 'T2',
  PC: 'T2',
  CEMRA: 'T2',
  HYDRO: 'T1VIBE',
};

/** Parts nobody confuses, for studies whose series are of another part than was ordered. */
const OTHER_PART: Readonly<Record<string, string>> = {
  HEAD: 'ABDOMEN',
  BRAIN: 'KNEE',
  CHEST: 'KNEE',
  LSPINE: 'HEAD',
  CSPINE: 'ABDOMEN',
  KNEE: 'CHEST',
  PELVIS: 'HEAD',
  ABDOMEN: 'HEAD',
  LIVER: 'BRAIN',
};

function mirrored(region: string): string {
  return region.startsWith('左') ? region.replace('左', '右') : region.replace('右', '左');
}

/** Whether every name the exam may have tells the side. */
function namesSide(plan: StudyPlan): boolean {
  const names =
    plan.style.language === 'zh'
      ? plan.exam.zh
      : plan.style.language === 'en'
        ? plan.exam.en
        : plan.exam.mixed;
  return names.every((name) => /[左右]|\b(LT|RT|LEFT|RIGHT)\b/i.test(name));
}

function restyle(plan: StudyPlan, style: Partial<StudyPlan['style']>): StudyPlan {
  const changed = { ...plan, style: { ...plan.style, ...style } };
  return { ...changed, hard: whyHard(changed) };
}
