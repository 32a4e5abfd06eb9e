/** Where the pages of persons stand; only numbers without meaning are in their addresses. */
export const PERSONS_PATH = '/recognition/persons';
export const matchPath = (id: number): string => `${PERSONS_PATH}/matches/${id}`;
export const personPath = (id: string): string => `${PERSONS_PATH}/person/${id}`;
