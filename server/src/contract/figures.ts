/** JSON bodies of figures of mutual recognition, reports of months and insurance payments. Types only. */
import type { FigureDefinition, FigureDifference, FigureName, Figures } from '@hutong/recognition';
import type { AuthorBody } from './conformance.ts';

interface Text {
  zh: string;
  en: string;
}

/** `GET /api/figures?month=&hospital=`: the figures of a month as they are now. */
export interface FiguresBody {
  figures: Figures;
  definitions: Readonly<Record<FigureName, FigureDefinition>>;
  /** Words of the reasons to examine again, by code. */
  reasons: Readonly<Record<string, Text>>;
  /** Hospitals whose figures the caller may ask for. */
  hospitals: { code: string; name: Text }[];
  /** Whether the caller may ask for the whole region, and keeps the insurance payments. */
  region: boolean;
}

/** `GET /api/figures/months?until=&hospital=`: twelve months, the oldest first. */
export interface FiguresMonthsBody {
  months: {
    month: string;
    /** From the last report of the month, or calculated now. */
    from: 'report' | 'now';
    stored: number;
    labelled: number;
    reminded: number;
    viewed: number;
    recognised: number;
    examinedAgain: number;
    cited: number;
    savedFen: number;
  }[];
}

export interface ReportBody {
  id: number;
  /** YYYY-MM. */
  month: string;
  /** null: the region. */
  hospital: { code: string; name: Text } | null;
  /** ISO 8601. */
  asOf: string;
  complete: boolean;
  /** SHA-256 of the figures, hexadecimal. */
  digest: string;
  author: AuthorBody;
  createdAt: string;
}

/** `GET /api/figures/reports?month=`. */
export interface ReportsBody {
  reports: ReportBody[];
}

/** `POST /api/figures/reports`. */
export interface NewReportBody {
  month: string;
  /** null: the region. */
  hospital: string | null;
}

/** `GET /api/figures/reports/{report}`. */
export interface ReportFiguresBody extends ReportBody {
  figures: Figures;
}

/** `POST /api/figures/reports/{report}/verification`. */
export interface ReportVerificationBody {
  /** The kept figures still have their digest. */
  intact: boolean;
  /** Calculated again, as of then, they come out the same. */
  same: boolean;
  /** At most 200. */
  differences: FigureDifference[];
}

export interface PriceBody {
  id: number;
  /** GB/T 2260 code; empty: everywhere. */
  region: string;
  itemCode: string;
  itemName: Text;
  /** Level of hospitals; empty: all. */
  level: string;
  amountFen: number;
  /** YYYY-MM-DD. */
  validFrom: string;
  source: string;
  author: AuthorBody;
  createdAt: string;
  revoked: { at: string; by: string; reason: string } | null;
}

/** `GET /api/prices`. */
export interface PricesBody {
  prices: PriceBody[];
  /** Whether the caller may change them: those with the right for the whole region. */
  mayChange: boolean;
  /** Items of the lists in use. */
  items: { code: string; name: Text }[];
  /** Items without any price. */
  without: string[];
}

/** `POST /api/prices`. */
export interface NewPriceBody {
  itemCode: string;
  amountFen: number;
  validFrom: string;
  region?: string;
  level?: string;
  source?: string;
}

/** `POST /api/prices/import?dryRun=`: of a CSV or XLSX table. With errors nothing is entered. */
export interface PriceImportBody {
  added: number;
  replaced: number;
  unchanged: number;
  errors: { line: number; text: Text }[];
}
