import type { ReactNode } from 'react';
import '../styles/page.css';

/** What a page is for, with what is done there first; the same on every page of lists. */
export function PageHead({ title, lead, children }: { title: string; lead?: string; children?: ReactNode }) {
  return (
    <header className="page-head">
      <div>
        <h1>{title}</h1>
        {lead !== undefined && <p className="page-lead">{lead}</p>}
      </div>
      {children !== undefined && children !== false && <div className="page-actions">{children}</div>}
    </header>
  );
}
