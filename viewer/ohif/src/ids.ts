export const extensionId = '@hutong/extension';
export const modeId = '@hutong/mode';
export const dataSourceName = 'hutong';
