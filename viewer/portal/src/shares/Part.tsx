import type { ReactNode } from 'react';
import type { ShareDraft } from './shareDraft.ts';

export type Change = (part: Partial<ShareDraft>) => void;

/** A labelled part of the form that is more than one field. */
export function Part({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="field">
      <span className="field-label">{label}</span>
      {children}
    </div>
  );
}
