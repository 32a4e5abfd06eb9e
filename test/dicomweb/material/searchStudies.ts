import { SOP_CLASS } from '../../factories/instance.ts';
import type { World } from '../world.ts';
import { dicomFile, type Dataset } from './dataset.ts';

export interface SearchStudy {
  study: string;
  series: string[];
  instances: string[][];
  patientId: string;
  accession: string;
}

export type Letter = 'A' | 'B' | 'C' | 'D' | 'E';
export type SearchData = Record<Letter, SearchStudy> & {
  /** Query part that keeps a search to the studies of this run. */
  scope: string;
};

const PET = '1.2.840.10008.5.1.4.1.1.128';
const CR = '1.2.840.10008.5.1.4.1.1.1';

interface SeriesPlan {
  modality: string;
  sopClass: string;
  number: number;
  instances: number;
  more?: Dataset;
}

interface StudyPlan {
  more: Dataset;
  series: SeriesPlan[];
}

const PLANS: Record<Letter, StudyPlan> = {
  A: {
    more: {
      StudyDate: '20260105',
      StudyTime: '080000',
      StudyID: 'SA',
      StudyDescription: 'Chest CT plain',
      ReferringPhysicianName: 'Zhang^Wei=张^伟',
      PatientName: 'Wang^Xiaoming=王^小明',
      PatientBirthDate: '19700203',
      PatientSex: 'M',
      InstitutionName: 'Suite Hospital',
      TimezoneOffsetFromUTC: '+0800',
    },
    series: [
      {
        modality: 'CT',
        sopClass: SOP_CLASS.CT,
        number: 2,
        instances: 3,
        more: {
          SeriesDescription: 'Lung 1.0',
          BodyPartExamined: 'CHEST',
          PerformedProcedureStepStartDate: '20260105',
          PerformedProcedureStepStartTime: '081500',
          RequestAttributesSequence: [
            { ScheduledProcedureStepID: 'SPS-1', RequestedProcedureID: 'RP-1' },
            { ScheduledProcedureStepID: 'SPS-2', RequestedProcedureID: 'RP-2' },
          ],
          '00190010': { vr: 'LO', value: ['SUITE PRIVATE 1'] },
          '00191001': { vr: 'LO', value: ['private value'] },
        },
      },
      { modality: 'PT', sopClass: PET, number: 7, instances: 1, more: { SeriesDescription: 'PET AC' } },
    ],
  },
  B: {
    more: {
      StudyDate: '20260210',
      StudyTime: '143000',
      StudyID: 'SB',
      StudyDescription: 'Knee MR',
      ReferringPhysicianName: 'Li^Na',
      PatientName: 'Müller^Jörg',
      PatientBirthDate: '19550607',
      PatientSex: 'M',
    },
    series: [
      {
        modality: 'MR',
        sopClass: SOP_CLASS.MR,
        number: 1,
        instances: 2,
        more: {
          PerformedProcedureStepStartDate: '20260210',
          PerformedProcedureStepStartTime: '144500',
          RequestAttributesSequence: [{ ScheduledProcedureStepID: 'SPS-2', RequestedProcedureID: 'RP-1' }],
        },
      },
    ],
  },
  C: {
    more: {
      StudyDate: '20260315',
      StudyTime: '235959',
      StudyID: 'SC',
      StudyDescription: 'Hand CR',
      ReferringPhysicianName: 'Zhang^Min==チャン^ミン',
      PatientName: 'WANG^DAMING=王^大明',
      PatientBirthDate: '20010101',
      PatientSex: 'F',
    },
    series: [{ modality: 'CR', sopClass: CR, number: 1, instances: 1 }],
  },
  D: {
    more: {
      StudyDate: '20260315',
      StudyTime: '000001',
      StudyID: '',
      StudyDescription: 'Chest DX',
      ReferringPhysicianName: '',
      PatientName: 'Yamada^Tarou=山田^太郎=やまだ^たろう',
      PatientBirthDate: '',
      PatientSex: 'M',
    },
    series: [{ modality: 'DX', sopClass: SOP_CLASS.DX_FOR_PRESENTATION, number: 1, instances: 1 }],
  },
  E: {
    more: {
      StudyDate: '20251231',
      StudyTime: '120000.5',
      StudyID: 'SE',
      StudyDescription: '100% sure, plus + and & signs',
      ReferringPhysicianName: 'Zhou^Jie',
      PatientName: 'OBrien',
      PatientBirthDate: '19991231',
      PatientSex: 'O',
    },
    series: [{ modality: 'CT', sopClass: SOP_CLASS.CT, number: 1, instances: 1 }],
  },
};

/** Five small studies with all that searches ask for, stored once a run. */
export function searchStudies(world: World): Promise<SearchData> {
  return world.once('search studies', async () => {
    const files: Uint8Array[] = [];
    const studies = Object.fromEntries(
      (Object.entries(PLANS) as [Letter, StudyPlan][]).map(([letter, plan]) => {
        const study = world.uid(`search/${letter}`);
        const patientId = `${world.run}-Q${letter}`;
        const accession = letter === 'D' ? '' : `${world.run}${letter}1`;
        const series = plan.series.map((_, s) => world.uid(`search/${letter}/${s}`));
        const instances = plan.series.map(({ instances }, s) =>
          Array.from({ length: instances }, (_, i) => world.uid(`search/${letter}/${s}/${i}`)),
        );
        plan.series.forEach((each, s) =>
          instances[s]!.forEach((sopInstanceUid, i) =>
            files.push(
              dicomFile({
                SpecificCharacterSet: 'ISO_IR 192',
                SOPClassUID: each.sopClass,
                SOPInstanceUID: sopInstanceUid,
                AccessionNumber: accession,
                Modality: each.modality,
                PatientID: patientId,
                StudyInstanceUID: study,
                SeriesInstanceUID: series[s],
                SeriesNumber: each.number,
                InstanceNumber: i + 1,
                ...plan.more,
                SamplesPerPixel: 1,
                PhotometricInterpretation: 'MONOCHROME2',
                Rows: 8,
                Columns: 10,
                BitsAllocated: 16,
                BitsStored: 12,
                HighBit: 11,
                PixelRepresentation: 0,
                PixelData: { vr: 'OW', value: Buffer.alloc(160, i) },
                ...each.more,
              }),
            ),
          ),
        );
        return [letter, { study, series, instances, patientId, accession }];
      }),
    ) as Record<Letter, SearchStudy>;
    await world.given('search studies', () => files);
    return { ...studies, scope: `PatientID=${world.run}-Q*` };
  });
}
