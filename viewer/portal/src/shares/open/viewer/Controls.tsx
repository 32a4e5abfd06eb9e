import type { ReactNode } from 'react';
import { useOpenWords } from '../words.ts';
import { RATES } from './glide.ts';
import type { Mode } from './Stage.tsx';
import { ToolIcon, type ToolIconName } from './ToolIcon.tsx';
import type { Scroll } from './useScroll.ts';
import type { Windowing } from './useWindowing.ts';
import { CT_PRESETS } from './windows.ts';

interface Props {
  scroll: Scroll;
  count: number;
  modality: string;
  windowing: Windowing;
  mode: Mode;
  onMode: (mode: Mode) => void;
  inverted: boolean;
  onInvert: () => void;
  onRotate: () => void;
  onMirror: () => void;
  onReset: () => void;
  hasMarks: boolean;
  onClear: () => void;
}

function Tool(props: {
  icon: ToolIconName;
  children: ReactNode;
  pressed?: boolean;
  onClick: () => void;
  name: string;
}) {
  return (
    <button
      type="button"
      className="so-tool"
      {...(props.pressed === undefined ? {} : { 'aria-pressed': props.pressed })}
      onClick={props.onClick}
      data-testid={`tool-${props.name}`}
    >
      <ToolIcon name={props.icon} />
      <span>{props.children}</span>
    </button>
  );
}

/** The row above the tools: what belongs to the chosen one. */
function Choices(props: Props) {
  const { t } = useOpenWords();
  const words = t.viewer;
  const { scroll, windowing, mode, modality } = props;
  if (scroll.isPlaying)
    return (
      <div className="so-choices" role="group" aria-label={words.speed}>
        <span className="so-choices-word">{words.speed}</span>
        {RATES.map((rate) => (
          <button
            key={rate}
            type="button"
            className="so-choice"
            aria-pressed={rate === scroll.rate}
            onClick={() => scroll.setRate(rate)}
            data-testid={`rate-${rate}`}
          >
            {words.perSecond(rate)}
          </button>
        ))}
      </div>
    );
  if (mode === 'measure')
    return (
      <div className="so-choices">
        <span className="so-choices-word">{words.measureHint}</span>
        <button
          type="button"
          className="so-choice"
          disabled={!props.hasMarks}
          onClick={props.onClear}
          data-testid="measure-clear"
        >
          {words.clear}
        </button>
      </div>
    );
  if (mode === 'window')
    return (
      <div className="so-choices" role="group" aria-label={words.window}>
        {CT_PRESETS.filter(([preset]) => modality === 'CT' || preset === 'auto').map(([preset]) => (
          <button
            key={preset}
            type="button"
            className="so-choice"
            aria-pressed={windowing.preset === preset}
            onClick={() => windowing.choose(preset)}
            data-testid={`window-${preset}`}
          >
            {words.windows[preset]}
          </button>
        ))}
        <span className="so-choices-word">{words.windowHint}</span>
      </div>
    );
  return null;
}

/** What the thumb reaches: the slider through the slices, playing, and the tools. */
export function Controls(props: Props) {
  const { t } = useOpenWords();
  const words = t.viewer;
  const { scroll, count, mode, onMode } = props;
  const toggle = (wanted: Mode) => (): void => onMode(mode === wanted ? 'slices' : wanted);
  return (
    <div className="so-controls">
      <Choices {...props} />
      {count > 1 && (
        <div className="so-scroll">
          <button
            type="button"
            className="so-play"
            aria-label={scroll.isPlaying ? words.pause : words.play}
            onClick={() => scroll.play(!scroll.isPlaying)}
            data-testid="play"
            data-playing={scroll.isPlaying}
          >
            <ToolIcon name={scroll.isPlaying ? 'pause' : 'play'} filled={!scroll.isPlaying} />
          </button>
          <input
            type="range"
            className="so-slider"
            min={0}
            max={count - 1}
            value={scroll.index}
            onChange={({ target }) => {
              scroll.play(false);
              scroll.go(Number(target.value));
            }}
            aria-label={words.slider}
            aria-valuetext={`${scroll.index + 1} / ${count}`}
            data-testid="slider"
          />
        </div>
      )}
      <div className="so-tools" role="toolbar" aria-label={words.tools}>
        <Tool name="window" icon="window" pressed={mode === 'window'} onClick={toggle('window')}>
          {words.window}
        </Tool>
        <Tool name="measure" icon="measure" pressed={mode === 'measure'} onClick={toggle('measure')}>
          {words.measure}
        </Tool>
        <Tool name="invert" icon="invert" pressed={props.inverted} onClick={props.onInvert}>
          {words.invert}
        </Tool>
        <Tool name="rotate" icon="rotate" onClick={props.onRotate}>
          {words.rotate}
        </Tool>
        <Tool name="mirror" icon="mirror" onClick={props.onMirror}>
          {words.mirror}
        </Tool>
        <Tool name="reset" icon="reset" onClick={props.onReset}>
          {words.reset}
        </Tool>
      </div>
    </div>
  );
}
