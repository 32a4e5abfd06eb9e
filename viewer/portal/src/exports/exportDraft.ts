import type { ExportOptionsBody } from '@hutong/server/contract/privacy';
import type { NewExportBody } from '../api/privacy.ts';

/** An export as it is being written down. */
export interface ExportDraft {
  project: string;
  title: string;
  approval: string;
  reason: string;
  hospitals: string[];
  modalities: string[];
  items: string[];
  label: string;
  from: string;
  to: string;
  /** UIDs, parted by whatever. */
  studies: string;
  options: ExportOptionsBody;
}

export const EMPTY_DRAFT: ExportDraft = {
  project: '',
  title: '',
  approval: '',
  reason: '',
  hospitals: [],
  modalities: [],
  items: [],
  label: '',
  from: '',
  to: '',
  studies: '',
  options: {
    dates: 'shift',
    keepWeekday: false,
    cleanDescriptors: true,
    cleanStructuredContent: false,
    cleanGraphics: false,
    retainPatientCharacteristics: true,
    retainDeviceIdentity: false,
    retainInstitutionIdentity: false,
    retainSafePrivate: true,
    flagged: 'apart',
    conformance: true,
  },
};

const textOrNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

/** The body of the request. */
export function bodyOf(draft: ExportDraft): NewExportBody {
  const { project, title, approval, reason, hospitals, modalities, items, options } = draft;
  return {
    project: project.trim(),
    title: title.trim(),
    approval: approval.trim(),
    reason: reason.trim(),
    filter: {
      hospitals,
      modalities,
      items,
      label: textOrNull(draft.label),
      from: textOrNull(draft.from),
      to: textOrNull(draft.to),
      studies: draft.studies.split(/[\s,;，；]+/).filter((uid) => uid !== ''),
    },
    options,
  };
}

/** Whether nothing is missing that every export needs. */
export const isComplete = ({ project, title, approval, reason }: ExportDraft): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9-]{0,15}$/.test(project.trim()) &&
  [title, approval, reason].every((text) => text.trim() !== '');
