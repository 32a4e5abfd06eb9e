import { useOpenWords } from '../words.ts';
import type { Windowing } from './useWindowing.ts';
import { CT_PRESETS } from './windows.ts';

/** What the thumb reaches: the slider through the slices, windows, and how the picture lies. */
export function Controls({
  index,
  count,
  onIndex,
  modality,
  windowing,
  mode,
  onMode,
  onRotate,
  onFit,
}: {
  index: number;
  count: number;
  onIndex: (index: number) => void;
  modality: string;
  windowing: Windowing;
  mode: 'slices' | 'window';
  onMode: (mode: 'slices' | 'window') => void;
  onRotate: () => void;
  onFit: () => void;
}) {
  const { t } = useOpenWords();
  const words = t.viewer;
  const presets = modality === 'CT' ? CT_PRESETS : CT_PRESETS.slice(0, 1);
  return (
    <div className="so-controls">
      {count > 1 && (
        <input
          type="range"
          className="so-slider"
          min={0}
          max={count - 1}
          value={index}
          onChange={({ target }) => onIndex(Number(target.value))}
          aria-label={words.slider}
          aria-valuetext={`${index + 1} / ${count}`}
          data-testid="slider"
        />
      )}
      <div className="so-tools">
        {presets.map(([preset]) => (
          <button
            key={preset}
            type="button"
            className="so-tool"
            aria-pressed={windowing.preset === preset}
            onClick={() => windowing.choose(preset)}
            data-testid={`window-${preset}`}
          >
            {words.windows[preset]}
          </button>
        ))}
        <button
          type="button"
          className="so-tool"
          aria-pressed={mode === 'window'}
          title={words.windowHint}
          onClick={() => onMode(mode === 'window' ? 'slices' : 'window')}
          data-testid="mode-window"
        >
          {words.window}
        </button>
        <button type="button" className="so-tool" onClick={onRotate}>
          {words.rotate}
        </button>
        <button type="button" className="so-tool" onClick={onFit}>
          {words.fit}
        </button>
      </div>
    </div>
  );
}
