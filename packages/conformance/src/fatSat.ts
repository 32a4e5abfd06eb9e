import { because } from './bilingual.ts';
import type { MrAttributes, SeriesSummary } from './summary.ts';
import type { TextFacts } from './text.ts';
import type { Because, FatSaturationMethod, Weighting } from './types.ts';

export interface FatSaturationFinding {
  value: 'yes' | 'no' | 'unknown';
  /** How fat was suppressed, as far as it is named; null where it was not or nothing names it. */
  method: FatSaturationMethod | null;
  because: Because[];
}

interface Vote {
  value: 'yes' | 'no';
  method: FatSaturationMethod | null;
  because: Because;
}

const FACT = 'fatSat';
/** Inversion times (ms) that null the signal of fat from 0.2 T to 3 T. */
const SHORT_TI = { from: 80, below: 300 };
/** Names of sequences that separate water from fat and give several images. */
const DIXON = /dixon|ideal|flex|wfi|水脂分离/;
const METHODS: Readonly<Record<string, FatSaturationMethod>> = {
  stir: 'STIR',
  spair: 'SPAIR',
  spir: 'SPIR',
  we: 'WATER_EXCITATION',
  fs: 'SATURATION',
  'dixon-water': 'DIXON',
};

/**
 * Whether fat is suppressed and how, by independent voters: words, coded suppression, scan options, inversion
 * time, Dixon image type. Voters that contradict each other leave it unknown with both reasons; no sign at all
 * where signs would stand is `no`. EPI always suppresses fat and never counts as fat-suppressed T2.
 */
export function fatSaturation(
  series: SeriesSummary,
  mr: MrAttributes,
  weighting: Weighting,
  description: TextFacts,
  protocol: TextFacts,
): FatSaturationFinding {
  const votes = [
    wordVote(series, weighting, description, protocol),
    codedVote(mr),
    optionVote(mr),
    inversionVote(mr),
    dixonVote(series, description),
  ].filter((vote) => vote !== null);
  const first = votes[0];
  if (first === undefined) return silence(series, mr, description);
  const reasons = votes.map((vote) => vote.because);
  if (votes.some((vote) => vote.value !== first.value))
    return { value: 'unknown', method: null, because: reasons };
  const methods = votes.map((vote) => vote.method).filter((method) => method !== null);
  return {
    value: first.value,
    // a plain token FS says that fat is suppressed; a name says how
    method: methods.find((method) => method !== 'SATURATION') ?? methods[0] ?? null,
    because: reasons,
  };
}

function yes(method: FatSaturationMethod, source: string, said: string): Vote {
  return {
    value: 'yes',
    method,
    because: because(FACT, source, `“${said}”：脂肪抑制`, `"${said}": fat-suppressed`),
  };
}

function no(source: string, said: string): Vote {
  return {
    value: 'no',
    method: null,
    because: because(FACT, source, `“${said}”：无脂肪抑制`, `"${said}": not fat-suppressed`),
  };
}

function wordVote(
  series: SeriesSummary,
  weighting: Weighting,
  description: TextFacts,
  protocol: TextFacts,
): Vote | null {
  const own = description.normal !== '';
  const text = own ? description : protocol;
  const source = own ? 'SeriesDescription' : 'ProtocolName';
  const said = own ? series.description : series.protocolName;
  // TIRM is the name of STIR and of dark-fluid FLAIR, and of T1 inversion recovery
  const stirs = weighting !== 'FLAIR' && weighting !== 'T1';
  const ids = text.read('fatSat').filter((id) => id !== 'stir' || stirs);
  const method = ids.map((id) => METHODS[id]).find((one) => one !== undefined);
  if (method !== undefined) return yes(method, source, said);
  if (
    /(?<![a-z])(?:non ?|no |without |wo )(?:fs|fat ?sat)(?![a-z])|[不非无未](?:压脂|抑脂)/.test(text.normal)
  )
    return no(source, said);
  return null;
}

function codedVote(mr: MrAttributes): Vote | null {
  if (/\bFAT/.test(mr.fatSuppression))
    return yes('SATURATION', 'SpectrallySelectedSuppression', mr.fatSuppression);
  if (mr.fatSuppression.includes('EXCITE WATER'))
    return yes('WATER_EXCITATION', 'SpectrallySelectedExcitation', 'WATER');
  return null;
}

function optionVote(mr: MrAttributes): Vote | null {
  const tokens = mr.scanOptions.flatMap((option) => option.split('_').map((token) => token.trim()));
  const token = tokens.find((option) => option === 'FS' || option === 'WE' || option === 'SFS');
  return token === undefined
    ? null
    : yes(token === 'WE' ? 'WATER_EXCITATION' : 'SATURATION', 'ScanOptions', token);
}

function inversionVote(mr: MrAttributes): Vote | null {
  const ti = mr.ti?.max ?? null;
  if (ti === null || ti < SHORT_TI.from || ti >= SHORT_TI.below) return null;
  if (!mr.scanningSequence.includes('IR') || mr.scanningSequence.includes('GR')) return null;
  return yes('STIR', 'InversionTime', `STIR, TI ${ti} ms`);
}

function dixonVote(series: SeriesSummary, description: TextFacts): Vote | null {
  const tokens = series.imageTypes.flatMap((types) => types.slice(2));
  const water = tokens.includes('WATER') || tokens.includes('W');
  const others = ['FAT', 'F', 'IN_PHASE', 'IP', 'OPP_PHASE', 'OUT_PHASE', 'OP'].filter((t) =>
    tokens.includes(t),
  );
  if (water && others.length === 0) return yes('DIXON', 'ImageType', 'WATER');
  if (!water && others.length === 1) return no('ImageType', others[0] ?? '');
  if (!DIXON.test(description.normal)) return null;
  const said = series.description;
  if (/(?:^| )(?:w|water|水)$|^(?:w|water) /.test(description.normal))
    return yes('DIXON', 'SeriesDescription', said);
  return /(?:^| )(?:f|fat|in|ip|op|opp|out|(?:in|out|opp) phase)$|^(?:f|fat|ip|op|(?:in|out) ?phase) /.test(
    description.normal,
  )
    ? no('SeriesDescription', said)
    : null;
}

/** Nothing names suppression: `no` where names or scan options would have said so, unknown after Dixon. */
function silence(series: SeriesSummary, mr: MrAttributes, description: TextFacts): FatSaturationFinding {
  const dixon = DIXON.test(description.normal);
  const named = description.read('base').length > 0 || description.read('implied').length > 0;
  if (dixon || !(named || mr.scanOptions.length > 0)) return { value: 'unknown', method: null, because: [] };
  return {
    value: 'no',
    method: null,
    because: [
      named
        ? because(
            FACT,
            'SeriesDescription',
            `“${series.description}”及扫描选项均无脂肪抑制`,
            `neither "${series.description}" nor the scan options name fat suppression`,
          )
        : because(FACT, 'ScanOptions', '扫描选项无脂肪抑制', 'the scan options name no fat suppression'),
    ],
  };
}
