/** The monthly report in the forms it is handed on in, for the operator's command. */
export { reportDocument } from './figures/document.ts';
export { reportWorkbook } from './figures/workbook.ts';
