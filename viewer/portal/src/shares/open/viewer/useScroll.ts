import { useEffect, useReducer, useRef, useState } from 'react';
import { firstRate, glided, isGliding, type Rate } from './glide.ts';
import { middleOf, within } from './slices.ts';

export interface Scroll {
  index: number;
  direction: 1 | -1;
  isPlaying: boolean;
  rate: Rate;
  go: (to: number) => void;
  /** A stroke that moved this many slices since the finger came down. */
  stroke: (by: number, first: boolean) => void;
  glide: (speed: number) => void;
  /** Stops what moves by itself. */
  hold: () => void;
  play: (playing: boolean) => void;
  setRate: (rate: Rate) => void;
}

/**
 * Which slice is shown: by fingers, by what they leave behind, and by playing.
 *
 * @param isHere whether a slice can be shown at once: playing waits for what is not
 * @param said frames a second that the images ask for; null: none
 */
export function useScroll(
  count: number,
  isHere: (index: number) => boolean,
  said: number | null,
  isMultiFrame: boolean,
): Scroll {
  const [asked, setAsked] = useState<{ index: number; direction: 1 | -1 } | null>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [chosenRate, setRate] = useState<Rate | null>(null);
  const [gliding, setGliding] = useState<{ speed: number; from: number } | null>(null);
  const [from, setFrom] = useState(0);
  const [, again] = useReducer((n: number) => n + 1, 0);
  const index = asked === null ? middleOf(count) : within(asked.index, count);
  const rate = chosenRate ?? firstRate(said, isMultiFrame);
  const here = useRef(isHere);
  useEffect(() => {
    here.current = isHere;
  });

  const go = (next: number): void =>
    setAsked((now) => {
      const to = within(next, count);
      const before = now?.index ?? middleOf(count);
      return { index: to, direction: to === before ? (now?.direction ?? 1) : to > before ? 1 : -1 };
    });

  useEffect(() => {
    if (!isPlaying || count < 2) return undefined;
    const next = (index + 1) % count;
    const timer = setTimeout(() => {
      if (here.current(next)) setAsked({ index: next, direction: 1 });
      else again();
    }, 1000 / rate);
    return () => clearTimeout(timer);
  });
  useEffect(() => {
    if (gliding === null) return undefined;
    const begun = performance.now();
    let frame = 0;
    const step = (now: number): void => {
      const elapsed = Math.max(0, now - begun);
      go(gliding.from + glided(gliding.speed, elapsed));
      if (isGliding(gliding.speed, elapsed)) frame = requestAnimationFrame(step);
      else setGliding(null);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [gliding, count]);

  return {
    index,
    direction: asked?.direction ?? 1,
    isPlaying,
    rate,
    go: (to) => {
      setGliding(null);
      go(to);
    },
    stroke: (by, first) => {
      if (first) setFrom(index);
      go((first ? index : from) + by);
    },
    glide: (speed) => setGliding({ speed, from: index }),
    hold: () => {
      setGliding(null);
      setPlaying(false);
    },
    play: (playing) => {
      setGliding(null);
      setPlaying(playing);
    },
    setRate,
  };
}
