import { equal, holds, multiparts, partType, status } from '../check.ts';
import { toInstance } from '../../factories/instance.ts';
import { header } from '../http.ts';
import { row, type Row } from '../row.ts';
import { instancePath, type World } from '../world.ts';
import { type Sent, small } from './store.ts';

const GRAYSCALE_STATE = '1.2.840.10008.5.1.4.1.1.11.1';
const CT = '1.2.840.10008.5.1.4.1.1.2';
const PDF = '1.2.840.10008.5.1.4.1.1.104.1';

/** A presentation state for images of one series; those named need not be stored. */
function stateFor(
  world: World,
  seed: string,
  { studyInstanceUid, seriesInstanceUid }: Sent,
  images: string[],
) {
  const made = toInstance({
    SOPClassUID: GRAYSCALE_STATE,
    SOPInstanceUID: world.uid(`${seed}/state`),
    StudyInstanceUID: studyInstanceUid,
    SeriesInstanceUID: world.uid(`${seed}/states`),
    PatientID: `${world.run}-STORE`,
    PatientName: 'Suite^State',
    Modality: 'PR',
    ReferencedSeriesSequence: [
      {
        ReferencedImageSequence: images.map((uid) => ({
          ReferencedSOPClassUID: CT,
          ReferencedSOPInstanceUID: uid,
        })),
        SeriesInstanceUID: seriesInstanceUid,
      },
    ],
    PresentationLUTShape: 'IDENTITY',
  });
  return { ...made, file: Buffer.from(made.bytes) };
}

/** Three images of one series, and a state for them all or for one that is not stored. */
async function studyWithState(world: World, seed: string, isStored: boolean) {
  const first = small(world, `${seed}/1`);
  const { studyInstanceUid: StudyInstanceUID, seriesInstanceUid: SeriesInstanceUID } = first;
  const images = [
    first,
    ...[2, 3].map((i) => ({
      ...small(world, `${seed}/${i}`, { StudyInstanceUID, SeriesInstanceUID }),
      seriesInstanceUid: SeriesInstanceUID,
    })),
  ];
  const named = isStored ? images.map(({ sopInstanceUid }) => sopInstanceUid) : [world.uid(`${seed}/away`)];
  const state = stateFor(world, seed, first, named);
  await world.given(seed, () => [...images, state].map(({ file }) => file));
  return { study: StudyInstanceUID, state };
}

export const renderedManyRows: Row[] = [
  row({
    id: 'rendered-state-of-several',
    section: '8.7.8.1',
    level: 'optional',
    statement: 'A presentation state for several images is parts where */* is accepted',
    given: (world: World) => studyWithState(world, 'rendered/several', true),
    request: ({ state }) => ({ path: `${instancePath(state)}/rendered`, headers: { accept: '*/*' } }),
    expect: (answer) => {
      for (const part of multiparts(answer, 3)) equal(partType(part).type, 'image/jpeg', 'media type');
    },
  }),
  row({
    id: 'rendered-state-single',
    section: '10.4.4',
    level: 'ours',
    statement: 'A presentation state for several images is no single part',
    given: (world: World) => studyWithState(world, 'rendered/several', true),
    request: ({ state }) => ({ path: `${instancePath(state)}/rendered`, headers: { accept: 'image/jpeg' } }),
    expect: (answer) => status(answer, 406),
  }),
  row({
    id: 'rendered-state-away',
    section: '10.4.3.1',
    level: 'ours',
    statement: 'A presentation state without its images is left out of its study with a Warning',
    given: (world: World) => studyWithState(world, 'rendered/away', false),
    request: ({ study }) => ({ path: `/studies/${study}/rendered`, headers: { accept: '*/*' } }),
    expect: (answer) => {
      multiparts(answer, 3);
      holds(/^299 /.test(header(answer, 'warning') ?? ''), 'Warning 299');
    },
  }),
  row({
    id: 'rendered-documents',
    section: '10.4.1.1.3',
    level: 'optional',
    statement: 'A document is a part of its rendered study',
    given: async (world: World) => {
      const made = toInstance({
        SOPClassUID: PDF,
        SOPInstanceUID: world.uid('rendered/pdf'),
        StudyInstanceUID: world.uid('rendered/pdf/study'),
        SeriesInstanceUID: world.uid('rendered/pdf/series'),
        PatientID: `${world.run}-STORE`,
        PatientName: 'Suite^Document',
        Modality: 'DOC',
        EncapsulatedDocument: new Uint8Array(Buffer.from('%PDF-1.4 of the suite. ')),
        MIMETypeOfEncapsulatedDocument: 'application/pdf',
        EncapsulatedDocumentLength: 23,
      });
      await world.given('rendered pdf', () => [Buffer.from(made.bytes)]);
      return made;
    },
    request: ({ studyInstanceUid }) => ({
      path: `/studies/${studyInstanceUid}/rendered`,
      headers: { accept: 'multipart/related; type="application/pdf"' },
    }),
    expect: (answer) => {
      const [part] = multiparts(answer, 1);
      equal(part?.body.toString('latin1'), '%PDF-1.4 of the suite. ', 'the document');
    },
  }),
];
