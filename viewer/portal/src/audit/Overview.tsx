import { useQuery } from '@tanstack/react-query';
import type { AuditOverview, AuditSearch } from '@hutong/server/contract/audit';
import { auditOverviewQuery } from '../api/audit.ts';
import { formatCount, formatDay } from '../format/format.ts';
import { auditWords } from '../i18n/audit.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';

const DAYS = 30;

interface Bar {
  day: string;
  events: number;
  refused: number;
}

/** The last days with how much happened on each, the oldest first. */
function barsOf({ days }: AuditOverview, last: Date): Bar[] {
  const bars = Array.from({ length: DAYS }, (_, back): Bar => {
    const day = new Date(last);
    day.setDate(day.getDate() - (DAYS - 1 - back));
    return { day: formatDay(day), events: 0, refused: 0 };
  });
  for (const { day, outcome, events } of days) {
    const bar = bars.find((one) => one.day === day);
    if (bar === undefined) continue;
    bar.events += events;
    if (outcome !== 'success') bar.refused += events;
  }
  return bars;
}

/** Events a day of what is searched for; a bar narrows the search to its day. */
export function Overview({ search, onDay }: { search: AuditSearch; onDay: (day: string) => void }) {
  const words = useOwnWords(auditWords);
  const found = useQuery(auditOverviewQuery(search)).data;
  const bars = barsOf(found ?? { days: [] }, new Date());
  const most = Math.max(1, ...bars.map(({ events }) => events));
  return (
    <div className="audit-overview" role="group" aria-label={words.overview} data-testid="audit-overview">
      {bars.map(({ day, events, refused }) => {
        const said = words.overviewDay(day, formatCount(events), formatCount(refused));
        return (
          <button key={day} type="button" title={said} aria-label={said} onClick={() => onDay(day)}>
            <i style={{ height: `${(100 * (events - refused)) / most}%` }} />
            <i className="audit-bar-refused" style={{ height: `${(100 * refused) / most}%` }} />
          </button>
        );
      })}
    </div>
  );
}
