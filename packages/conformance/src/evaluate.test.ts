import { describe, expect, test } from 'vitest';
import type { StudyHeaders } from '../catalogues/headers.ts';
import { expand } from '../catalogues/headers.ts';
import { HECHI_2024_EXAMPLES } from '../catalogues/hechi2024.examples.ts';
import { ct, dwi, mr, radiograph, SAGITTAL } from '../catalogues/scanners.ts';
import { defaultCatalogue } from './catalogue.ts';
import { evaluateStudy } from './evaluate.ts';
import type { EvaluationOptions } from './options.ts';
import { summarizeStudy } from './summarize.ts';
import type { StudyConformance } from './types.ts';

const catalogue = defaultCatalogue();
const gadolinium = { ContrastBolusAgent: 'Gadobutrol' };
const headRange = { range: [-70, 80] as const };
const thinChest = { thickness: 1, range: [-150, 150] as const };

function judge(
  exam: string,
  series: StudyHeaders['series'],
  options: Partial<EvaluationOptions> = {},
  common: StudyHeaders['common'] = {},
): StudyConformance {
  const study: StudyHeaders = {
    common: { StudyDate: '20240603', ...(exam === '' ? {} : { StudyDescription: exam }), ...common },
    series,
  };
  return evaluateStudy(summarizeStudy(expand(study)), catalogue, { settled: true, ...options });
}

function verdicts(result: StudyConformance): string[] {
  return result.results.map((one) => `${one.itemCode} ${one.verdict}`);
}

function brain(): StudyHeaders['series'] {
  return [
    mr('siemens', 'T1', 't1_tse_tra'),
    mr('siemens', 'T2', 't2_tse_tra', { at: 60 }),
    mr('siemens', 'FLAIR', 't2_tirm_tra_dark-fluid', { at: 120 }),
    dwi('siemens', 'ep2d_diff_3scan_trace', 1000, { at: 180 }),
  ];
}

describe('which item a study is judged on', () => {
  test('a plain-plus-enhanced brain without its enhanced T1 fails the enhanced item and is not downgraded to the plain one', () => {
    const [, ...others] = brain();
    expect(verdicts(judge('颅脑MRI平扫+增强', [mr('siemens', 'T1', 't1_tse_tra_pre'), ...others]))).toEqual([
      'MR-02 FAIL',
    ]);
  });

  test('without an order, evidence of contrast selects the enhanced item', () => {
    expect(
      verdicts(
        judge('MRI BRAIN', [...brain(), mr('siemens', 'T1', 't1_tse_tra', { at: 900, more: gadolinium })]),
      ),
    ).toEqual(['MR-02 PASS']);
  });

  test('a plain order whose images are enhanced goes to a person', () => {
    const result = judge('胸部CT平扫', [
      ct('ge', 'C-', thinChest),
      ct('ge', 'C+', { ...thinChest, at: 300, acquisition: 2 }),
    ]);
    expect(verdicts(result)).toEqual(['CT-06 REVIEW']);
  });

  test('an agent on every series leaves plain and enhanced item equally possible', () => {
    expect(verdicts(judge('胸部CT', [ct('uih', '1mm', { ...thinChest, agent: 'Iohexol' })]))).toEqual([
      'CT-05 REVIEW',
      'CT-06 REVIEW',
    ]);
  });

  test('a list of exams is judged one by one', () => {
    const series = [
      ...brain(),
      mr('siemens', 'TOF', 'tof_fl3d_tra', { slices: 80, thickness: 0.7, at: 400 }),
    ];
    expect(verdicts(judge('颅脑MRI平扫+MRA', series))).toEqual(['MR-01 PASS', 'MR-16 PASS']);
  });

  test('two parts of the spine are judged apart and the incomplete one decides', () => {
    const segment = (name: string, axial: boolean): StudyHeaders['series'] => [
      mr('siemens', 'T1', `t1_tse_sag_${name}`, { plane: SAGITTAL }),
      mr('siemens', 'T2', `t2_tse_sag_${name}`, { plane: SAGITTAL }),
      ...(axial ? [mr('siemens', 'T2', `t2_tse_tra_${name}`)] : []),
    ];
    expect(
      verdicts(judge('颈椎+腰椎MRI平扫', [...segment('cervical', true), ...segment('lumbar', true)])),
    ).toEqual(['MR-06 PASS']);
    const partial = judge('颈椎+腰椎MRI平扫', [...segment('cervical', true), ...segment('lumbar', false)]);
    expect(partial.results[0]?.summary.zh).toContain('腰椎：缺少横断位序列');
  });

  test('the order and the series naming different parts go to a person', () => {
    expect(verdicts(judge('头颅CT平扫', [ct('ge', 'Chest 1.0', thinChest)]))).toEqual(['CT-01 REVIEW']);
  });

  test('two order texts of different parts give both items to a person', () => {
    const result = judge(
      '胸部CT平扫',
      [ct('ge', '1.0', thinChest)],
      {},
      { RequestedProcedureDescription: '头颅CT平扫' },
    );
    expect(verdicts(result)).toEqual(['CT-01 REVIEW', 'CT-05 REVIEW']);
  });

  test('BodyPartExamined alone is too weak for a PASS', () => {
    const result = judge('', [ct('ge', '', { ...thinChest, more: { BodyPartExamined: 'CHEST' } })]);
    expect(verdicts(result)).toEqual(['CT-05 REVIEW']);
  });

  test('the hospital’s own exam code outranks all texts', () => {
    const common = {
      ProcedureCodeSequence: [
        { CodeValue: 'CT0042', CodingSchemeDesignator: '99HIS', CodeMeaning: '急诊CT' },
      ],
    };
    const result = judge(
      '',
      [ct('ge', '5mm', headRange)],
      { examMapping: [{ code: 'CT0042', itemCodes: ['CT-01'] }] },
      common,
    );
    expect(verdicts(result)).toEqual(['CT-01 PASS']);
  });

  test.each([
    ['颈部CT平扫', 'NOT_ELIGIBLE'],
    ['头颅CT增强', 'NOT_IN_LIST'],
    ['眼眶CT平扫', 'NOT_IN_LIST'],
    ['头CTA', 'NOT_IN_LIST'],
    ['冠脉钙化积分', 'NOT_IN_LIST'],
  ])('%s is %s', (exam, reason) => {
    const result = judge(exam, [ct('ge', '5mm', headRange)]);
    expect(result.results).toEqual([]);
    expect(result.notListed?.reason).toBe(reason);
  });

  test.each([
    ['宫颈MRI平扫', 'MR-10'],
    ['颈椎MRI平扫', 'MR-06'],
    ['颈部MRI平扫', 'MR-04'],
    ['頭顱磁共振平掃', 'MR-01'],
    ['鞍区MRI平扫+增强', 'MR-03'],
    ['MR HIPS BILATERAL', 'MR-12'],
  ])('%s selects %s', (exam, item) => {
    expect(
      judge(exam, [mr('uih', 'T1', 'T1WI'), mr('uih', 'T2', 'T2WI')]).results.map((one) => one.itemCode),
    ).toEqual([item]);
  });
});

describe('what is said', () => {
  test('a diffusion series of b=0 only is named as such', () => {
    const [t1, t2, flair] = brain();
    const result = judge('颅脑MRI平扫', [t1!, t2!, flair!, mr('ge', 'DWI', 'Ax EPI', { b: [0] })]);
    expect(result.results[0]?.summary.zh).toBe('缺少弥散加权（DWI）序列；找到的 EPI 序列 b 值均为 0');
  });

  test('absent parts are missing once the study is settled and not yet received before', () => {
    const series = brain().slice(0, 3);
    expect(judge('颅脑MRI平扫', series).results[0]?.summary.zh).toMatch(/^缺少弥散加权/);
    const growing = judge('颅脑MRI平扫', series, { settled: false });
    expect(growing.settled).toBe(false);
    expect(growing.results[0]?.summary.zh).toMatch(/^尚未收到弥散加权.*可能仍在传输/);
    expect(growing.results[0]?.summary.en).toMatch(/^Not yet received/);
  });

  test('a contradiction names both reasons and goes to a person', () => {
    const [t1, , flair, diffusion] = brain();
    const result = judge('颅脑MRI平扫', [
      t1!,
      mr('siemens', 'T1', 't2_tse_tra', { at: 60 }),
      flair!,
      diffusion!,
    ]);
    expect(verdicts(result)).toEqual(['MR-01 REVIEW']);
    expect(result.results[0]?.summary.zh).toMatch(/TR 520.*“t2_tse_tra”表明为 T2/);
  });

  test('every satisfied must of a PASS names the series that prove it', () => {
    for (const requirement of judge('颅脑MRI平扫', brain()).results[0]?.requirements ?? []) {
      expect(requirement.evidence.length, requirement.id).toBeGreaterThan(0);
    }
  });

  test('a conditional requirement never fails an item', () => {
    const result = judge('胸部CT平扫', [ct('ge', '1.25', thinChest)]).results[0];
    expect(result?.verdict).toBe('PASS');
    expect(result?.requirements.find((one) => one.id === 'MPR')?.status).toBe('UNDECIDED');
  });

  test('policy may let CR count as DR', () => {
    const plate = [
      { ...radiograph('Chest PA'), attributes: { ...radiograph('Chest PA').attributes, Modality: 'CR' } },
    ];
    expect(verdicts(judge('胸部正位片', plate))).toEqual(['DR-01 REVIEW']);
    expect(verdicts(judge('胸部正位片', plate, { policy: { crCountsAsDr: true } }))).toEqual(['DR-01 PASS']);
  });

  test('a few slices of a head are a fragment, not a PASS', () => {
    expect(
      verdicts(judge('头颅CT平扫', [ct('philips', 'BRAIN 1MM', { thickness: 1, range: [0, 6] })])),
    ).toEqual(['CT-01 REVIEW']);
  });
});

describe('mutations of passing examples', () => {
  const passing = HECHI_2024_EXAMPLES.filter((example) => example.expect === 'PASS');
  const run = (study: StudyHeaders): StudyConformance =>
    evaluateStudy(summarizeStudy(expand(study)), catalogue, { settled: true });

  test.each(passing.map((example) => [`${example.itemCode}: ${example.about}`, example] as const))(
    '%s does not pass without the series that prove it',
    (_, example) => {
      const result = run(example.study).results.find((one) => one.itemCode === example.itemCode);
      for (const requirement of result?.requirements ?? []) {
        if (requirement.level !== 'must' || ['MOD', 'REGION', 'BOTH'].includes(requirement.id)) continue;
        const proof = new Set<string>(requirement.evidence.map((one) => one.seriesInstanceUid));
        const rest = {
          ...example.study,
          series: example.study.series.filter((_series, index) => !proof.has(`2.25.1.${index + 1}`)),
        };
        if (proof.size > 0)
          expect(
            verdicts(run(rest)).filter((verdict) => verdict.endsWith('PASS')),
            requirement.id,
          ).toEqual([]);
      }
    },
  );

  test.each(passing.map((example) => [`${example.itemCode}: ${example.about}`, example] as const))(
    '%s passes no other item when texts are stripped',
    (_, example) => {
      const { StudyDescription: _exam, ...common } = example.study.common;
      const bare = example.study.series.map((series) => {
        const { SeriesDescription: _description, ProtocolName: _protocol, ...attributes } = series.attributes;
        return { ...series, attributes };
      });
      for (const study of [
        { ...example.study, common },
        { ...example.study, series: bare },
        { common, series: bare },
      ]) {
        const passed = run(study)
          .results.filter((one) => one.verdict === 'PASS')
          .map((one) => one.itemCode);
        expect(passed.filter((code) => code !== example.itemCode)).toEqual([]);
      }
    },
  );
});
