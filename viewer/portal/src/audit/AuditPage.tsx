import { useCallback, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { NavLink, Route, Routes, useNavigate } from 'react-router';
import { auditStatusQuery } from '../api/audit.ts';
import { PageHead } from '../app/PageHead.tsx';
import { auditWords } from '../i18n/audit.ts';
import { useWords } from '../i18n/language.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { PatientHistory } from './PatientHistory.tsx';
import { Records } from './Records.tsx';
import '../styles/audit.css';

const HERE = '/administration/audit';

/** For auditors: the trail, and the history of one patient. */
export default function AuditPage() {
  const { pick } = useWords();
  const words = useOwnWords(auditWords);
  const navigate = useNavigate();
  const status = useQuery(auditStatusQuery).data;
  // Kept here and not in the address: a PatientID stands in none.
  const [patient, setPatient] = useState<{ hospital: string; patientId: string } | null>(null);
  const nameOf = useCallback(
    (code: string): string => {
      const found = status?.hospitals.find((hospital) => hospital.code === code);
      return found === undefined ? code : pick(found.name);
    },
    [status, pick],
  );
  return (
    <section className="audit" data-testid="audit">
      <div className="audit-head no-print">
        <PageHead title={words.title} lead={words.lead} />
        <nav className="pending-tabs" aria-label={words.title}>
          <NavLink to={HERE} end className="choice-option">
            {words.tabs.records}
          </NavLink>
          <NavLink
            to={`${HERE}/patient`}
            className="choice-option"
            onClick={() => setPatient(null)}
            data-testid="audit-patient-tab"
          >
            {words.tabs.patient}
          </NavLink>
        </nav>
      </div>
      <Routes>
        <Route
          index
          element={
            <Records
              status={status}
              nameOf={nameOf}
              onHistory={(whose) => {
                setPatient(whose);
                void navigate(`${HERE}/patient`);
              }}
            />
          }
        />
        <Route path="patient" element={<PatientHistory status={status} preset={patient} />} />
      </Routes>
    </section>
  );
}
