/** What the order says of contrast, as far as it is known. */
export type OrderContrast = 'pre' | 'post' | 'prepost' | null;
