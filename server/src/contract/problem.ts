/** Body of every error answer of `/api` (RFC 9457), also of DICOMweb where the standard gives no body. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  detailZh: string;
  requestId: string;
  /** Of 429 and 503: when another attempt is worth it. */
  retryAfterSeconds?: number;
}
