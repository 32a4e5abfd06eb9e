import {
  findPersonsOf,
  loadConfig,
  mergePersons,
  openPersonKeys,
  patientsOfPerson,
  type PersonDecision,
  personKeyStates,
  readPerson,
  separatePatients,
  undoDecision,
} from '@hutong/storage-config';
import { type Command, readOptions, required, UsageError } from '../operate/command.ts';
import { operatorAuthor } from '../operate/operatorRights.ts';
import { requireHospital } from '../operate/requireHospital.ts';
import { withIndex } from '../operate/withIndex.ts';

const PERSON = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function personIn(text: string | undefined): string {
  if (text !== undefined && PERSON.test(text)) return text;
  throw new UsageError('say the id of a person as "hutong person find" shows it');
}

function numbersIn(text: string): number[] {
  const numbers = text.split(',').map(Number);
  if (numbers.every((number) => Number.isSafeInteger(number) && number > 0)) return numbers;
  throw new UsageError('--patients is numbers as "hutong person show" has them, with commas between');
}

const FAULTS = {
  absent: 'there is no such person, patient or event',
  decided: 'that was decided or undone already',
  contradiction: 'this would join patients who were said to be different persons; undo that first',
  unfit: 'both are one person already, or nothing would be left',
  tooMany: 'the person has too many patients for one decision',
} as const;

function told(outcome: PersonDecision): number {
  if ('fault' in outcome) throw new UsageError(FAULTS[outcome.fault]);
  console.log(`person ${outcome.person}${outcome.event === null ? '' : `  event ${outcome.event}`}`);
  return 0;
}

export const personCommand: Command = {
  name: 'person',
  usage:
    'person keys | person find --hospital CODE --patient ID | person show PERSON | person merge PERSON PERSON --reason TEXT | person separate PERSON --patients 12,13 --reason TEXT | person undo EVENT --reason TEXT',
  summary:
    'which patients are one person: find, merge, separate, undo; under which keys identifiers are kept',
  async run(args) {
    const { values, positionals } = readOptions(args, {
      hospital: { type: 'string' },
      patient: { type: 'string' },
      patients: { type: 'string' },
      reason: { type: 'string' },
    });
    const config = loadConfig(process.env);
    const [verb, one, other] = positionals;
    const deciding = () => ({
      hospitals: null,
      author: operatorAuthor('person'),
      reason: required(values.reason, 'reason'),
    });
    switch (verb) {
      case 'keys': {
        const keys = openPersonKeys(config);
        for (const state of await withIndex(config, (index) => personKeyStates(index, keys))) {
          const what = state.current
            ? 'writes'
            : state.held
              ? 'matches; renewed when the numbers come again'
              : 'KEY MISSING: these match nothing until the hospitals send the numbers again';
          console.log(`${state.keyId}  ${String(state.identifiers).padStart(9)} identifiers  ${what}`);
        }
        if (!keys.usable)
          console.error('There is no key: identifiers are refused. Set HUTONG_PERSON_KEY_FILE.');
        return 0;
      }
      case 'find': {
        const hospital = required(values.hospital, 'hospital');
        const patient = required(values.patient, 'patient');
        const found = await withIndex(config, async (index) => {
          await requireHospital(index, hospital);
          return findPersonsOf(index, hospital, patient);
        });
        for (const { person, patient: known } of found) console.log(`${person}  patient ${known.number}`);
        return found.length > 0 ? 0 : 1;
      }
      case 'show': {
        const id = personIn(one);
        const page = await withIndex(config, (index) => readPerson(index, id, null));
        if (page === null) throw new UsageError(FAULTS.absent);
        console.log(`person ${page.id}`);
        for (const { number, hospital, patientId, how, studies, identifiers } of page.patients)
          console.log(
            `patient ${number}  ${hospital}  ${patientId}  ${how}  ${studies} studies  ${identifiers.map(({ kind }) => kind).join(',') || 'no identifiers'}`,
          );
        for (const { id: event, kind, at, by, reason } of page.events)
          console.log(`event ${event}  ${kind}  ${at.toISOString()}  ${by}  ${reason}`);
        return 0;
      }
      case 'merge': {
        const persons = { one: personIn(one), other: personIn(other) };
        return told(await withIndex(config, (index) => mergePersons(index, persons, deciding())));
      }
      case 'separate': {
        const id = personIn(one);
        const numbers = numbersIn(required(values.patients, 'patients'));
        return told(
          await withIndex(config, async (index) => {
            if ((await patientsOfPerson(index, id)).length < 2) return { fault: 'unfit' as const };
            return separatePatients(index, id, numbers, deciding());
          }),
        );
      }
      case 'undo': {
        if (one === undefined || !/^[1-9]\d{0,14}$/.test(one))
          throw new UsageError('say the number of the event as "hutong person show" has it');
        return told(await withIndex(config, (index) => undoDecision(index, Number(one), deciding())));
      }
      default:
        throw new UsageError('person knows keys, find, show, merge, separate and undo');
    }
  },
};
