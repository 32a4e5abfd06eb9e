import { WouldBeCorrectedAgain } from '@hutong/storage-config';
import { type HttpProblem, problem } from '../problem.ts';

/** Says which corrections of patient data are in the way of a recovery; other errors are thrown as they are. */
export function correctedAgain(error: unknown): HttpProblem {
  if (!(error instanceof WouldBeCorrectedAgain)) throw error;
  const ids = error.corrections.join(', ');
  if (ids === '')
    return problem('conflict', {
      detail:
        'This version has patient data of a correction that was undone, and would be written anew at once. Correct the patient data again instead.',
      detailZh: '该版本带有已撤销更正的患者信息，恢复后会立即被重新改写。如需恢复该信息，请重新更正。',
    });
  return problem('conflict', {
    detail: `This version has the patient data from before a correction that stands, and would be corrected again at once. Undo the correction instead (POST /api/patient-corrections/{id}/undo); of this study stand: ${ids}.`,
    detailZh: `该版本为患者信息更正之前的版本，恢复后会立即再次被更正。请改为撤销更正（POST /api/patient-corrections/{id}/undo）；该检查现有更正：${ids}。`,
  });
}
