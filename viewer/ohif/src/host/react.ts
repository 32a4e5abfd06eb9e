/** Stands in for `react` in the bundle: components must be made by the host's React, or hooks fail. */
import { HostReact } from './modules.ts';

export default HostReact;
export const {
  createElement,
  Fragment,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} = HostReact;
