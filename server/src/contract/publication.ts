/** JSON body of what is published of mutual recognition. Types only. */

interface Text {
  zh: string;
  en: string;
}

/** A hospital that may label an item at a scope. */
export interface PublishedHospital {
  code: string;
  /** Day of the evaluation it rests on, and last day that it holds for: `YYYY-MM-DD`. */
  evaluatedAt: string;
  validUntil: string;
  /** Code of the quality-control centre that evaluated; null where the record names none. */
  centre: string | null;
  /** Issuing of labels is suspended; only where the region publishes those too. */
  suspended: boolean;
}

export interface PublishedItem {
  code: string;
  name: Text;
  /** DR, CT, MR. */
  category: string;
  hospitals: PublishedHospital[];
}

/** `GET /api/publication`: items, institutions and scopes with the quality-control centres (S0). Nothing about patients. */
export interface PublicationBody {
  region: string;
  /** `YYYY-MM-DD`: what holds on that day, as it is known now. */
  asOf: string;
  scopes: {
    name: string;
    nameEn: string;
    kind: string;
    /** Scopes right around it. */
    within: string[];
    /** Text of its labels. */
    label: string;
    items: PublishedItem[];
  }[];
  hospitals: { code: string; name: Text; level: string }[];
  centres: { code: string; name: Text; scope: string }[];
}
