import {
  createHold,
  isDayOver,
  listHolds,
  loadConfig,
  type ObjectStore,
  openObjectStore,
  releaseHold,
} from '@hutong/storage-config';
import { parseUid } from '@hutong/dicom';
import { type Command, readOptions, required, UsageError } from '../operate/command.ts';
import { operatorAuthor } from '../operate/operatorRights.ts';
import { requireHospital } from '../operate/requireHospital.ts';
import { withIndex } from '../operate/withIndex.ts';

export const holdCommand: Command = {
  name: 'hold',
  usage:
    'hold set --hospital CODE (--study UID | --patient ID) --reason TEXT [--until YYYY-MM-DD] | hold list [--hospital CODE] | hold release --id N --reason TEXT',
  summary: 'keep a study or patient from being removed, list such holds, or release one',
  async run(args) {
    const { values, positionals } = readOptions(args, {
      hospital: { type: 'string' },
      study: { type: 'string' },
      patient: { type: 'string' },
      reason: { type: 'string' },
      until: { type: 'string' },
      id: { type: 'string' },
    });
    const config = loadConfig(process.env);
    const withObjects = async <T>(work: (objects: ObjectStore) => Promise<T>): Promise<T> => {
      const objects = await openObjectStore(config);
      try {
        return await work(objects);
      } finally {
        await objects.close();
      }
    };
    switch (positionals[0]) {
      case 'set': {
        const hospital = required(values.hospital, 'hospital');
        const reason = required(values.reason, 'reason');
        const { study, patient, until = null } = values;
        if ((study === undefined) === (patient === undefined))
          throw new UsageError('say either --study or --patient');
        if (study !== undefined && parseUid(study) === null) throw new UsageError('--study is no UID');
        if (until !== null && !/^\d{4}-\d{2}-\d{2}$/.test(until))
          throw new UsageError('--until is a day such as 2030-12-31');
        const made = await withIndex(config, async (index) => {
          await requireHospital(index, hospital);
          if (until !== null && (await isDayOver(index, until)))
            throw new UsageError('--until is today or later');
          const on = study === undefined ? { patient: patient ?? '' } : { study };
          return withObjects((objects) =>
            createHold(index, objects, { hospital, on, reason, until, author: operatorAuthor('hold') }),
          );
        });
        if (made === null) throw new Error('the hospital has no such study');
        console.log(
          `hold ${made.id} holds ${made.studies} studies${until === null ? '' : ` until ${until}`}`,
        );
        return 0;
      }
      case 'list': {
        const hospitals = values.hospital === undefined ? null : [values.hospital];
        const holds = await withIndex(config, (index) =>
          listHolds(index, { hospitals, activeOnly: true, before: null, limit: 1000 }),
        );
        for (const { id, hospital, studies, until, createdAt } of holds)
          console.log(
            `${String(id).padEnd(8)} ${hospital.padEnd(20)} ${studies} studies  since ${createdAt.toISOString()}  ${until ?? 'until released'}`,
          );
        return 0;
      }
      case 'release': {
        const id = Number(required(values.id, 'id'));
        const reason = required(values.reason, 'reason');
        if (!Number.isSafeInteger(id) || id < 1) throw new UsageError('--id is a number');
        const released = await withIndex(config, (index) =>
          withObjects((objects) =>
            releaseHold(index, objects, { id, reason, author: operatorAuthor('hold'), hospitals: null }),
          ),
        );
        if (released === null) throw new Error('there is no such hold, or it was released');
        console.log(`hold ${id} is released`);
        return 0;
      }
      default:
        throw new UsageError('say set, list or release');
    }
  },
};
