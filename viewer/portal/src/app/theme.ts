/** Ant Design, dressed in the product's tokens. */
import { theme as antd, type ThemeConfig } from 'antd';
import { dark, light, radius, size, type } from '../../../tokens/tokens.ts';

export type Theme = 'dark' | 'light';

/** Ant Design's configuration of a theme: our exact colours, not shades its algorithms make of them. */
export function antdTheme(theme: Theme): ThemeConfig {
  const colour = theme === 'dark' ? dark : light;
  const algorithm = theme === 'dark' ? antd.darkAlgorithm : antd.defaultAlgorithm;
  return {
    hashed: false,
    cssVar: { key: `ht-${theme}` },
    algorithm: [
      (seed, map) => ({
        ...algorithm(seed, map),
        colorPrimary: colour.action,
        colorPrimaryHover: colour.actionHover,
        colorPrimaryActive: colour.actionHover,
        colorPrimaryBorder: colour.action,
        colorPrimaryBg: colour.selected,
        colorPrimaryBgHover: colour.selected,
        colorPrimaryText: colour.action,
        colorBgLayout: colour.background,
        colorBgContainer: colour.surface,
        colorBgElevated: colour.raised,
        colorText: colour.text,
        colorTextSecondary: colour.textSecondary,
        colorTextTertiary: colour.textMuted,
        colorTextQuaternary: colour.textMuted,
        colorBorder: colour.border,
        colorBorderSecondary: colour.border,
      }),
    ],
    token: {
      colorPrimary: colour.action,
      colorInfo: colour.action,
      colorLink: colour.action,
      colorSuccess: colour.pass,
      colorError: colour.fail,
      colorWarning: colour.review,
      colorBgBase: colour.surface,
      colorTextBase: colour.text,
      colorTextPlaceholder: colour.textMuted,
      colorTextLightSolid: colour.actionText,
      controlItemBgHover: colour.hover,
      controlItemBgActive: colour.selected,
      controlItemBgActiveHover: colour.selected,
      boxShadow: colour.shadow,
      boxShadowSecondary: colour.shadow,
      fontFamily: type.family,
      fontFamilyCode: type.mono,
      fontSize: type.body,
      lineHeight: type.lineHeight,
      borderRadius: radius.medium,
      borderRadiusLG: radius.large,
      borderRadiusSM: radius.small,
      controlHeight: size.control,
      controlHeightLG: size.touch,
      motionDurationSlow: '0.18s',
      motionDurationMid: '0.14s',
      motionDurationFast: '0.08s',
      wireframe: false,
    },
    components: {
      Tooltip: { colorBgSpotlight: colour.raised, colorTextLightSolid: colour.text },
      Segmented: { itemSelectedBg: colour.selected, itemSelectedColor: colour.text, trackBg: colour.surface },
      Select: { optionSelectedBg: colour.selected, optionSelectedColor: colour.text },
      Drawer: { colorBgElevated: colour.surface },
      Button: { primaryShadow: 'none', defaultShadow: 'none' },
    },
  };
}
