import { useEffect, useId, useRef, type CSSProperties, type PointerEvent, type ReactNode } from 'react';
import { fittedSize, type ImageSize, type Size, type Turn } from './geometry.ts';
import {
  FITTED,
  isZoomed,
  pinched,
  settled,
  slicesOfStroke,
  zoomedAt,
  type Point,
  type View,
} from './gestures.ts';
import { speedOf, type Moment } from './glide.ts';

const TAP_PX = 8;
const DOUBLE_TAP_MS = 320;
const DOUBLE_TAP_ZOOM = 2.5;

/** What a finger does: goes through the slices, changes the window, or measures. */
export type Mode = 'slices' | 'window' | 'measure';

export interface Stroke {
  /** CSS pixels since the finger came down. */
  dx: number;
  dy: number;
  /** Whether the finger came down just now. */
  first: boolean;
}

interface Props {
  url: string | null;
  /** Whether the picture is not yet the one that is asked for. */
  pending: boolean;
  /** Whether stored pixels are drawn over the picture. */
  covered: boolean;
  label: string;
  filter: string | null;
  linear: { slope: number; intercept: number } | null;
  turn: Turn;
  /** Size of the picture where it is known. */
  image: ImageSize | null;
  size: Size;
  onSize: (size: Size) => void;
  view: View;
  onView: (change: (now: View) => View) => void;
  mode: Mode;
  count: number;
  onSlices: (by: number, first: boolean) => void;
  /** The finger left at this speed, in slices a millisecond. */
  onGlide: (speed: number) => void;
  /** A finger came down: what moves by itself stops. */
  onHold: () => void;
  onWindow: (stroke: Stroke) => void;
  /** A stroke in the measuring mode, from and to places relative to the middle; a tap when both are one. */
  onMeasure: (from: Point, to: Point, isOver: boolean) => void;
  /** Drawn under the texts, above the picture. */
  layers: ReactNode;
  children: ReactNode;
}

/** Where one picture is looked at: fingers, mouse wheel, and how it lies on the screen. */
export function Stage(props: Props) {
  const { url, pending, covered, label, linear, turn, image, size, onSize, view, onView, mode, count } =
    props;
  const filterId = useId();
  const stage = useRef<HTMLDivElement>(null);
  const pointers = useRef(new Map<number, Point>());
  const stroke = useRef<{ from: Point; last: Point; moved: boolean; alone: boolean } | null>(null);
  const moments = useRef<Moment[]>([]);
  const tapped = useRef({ at: 0, x: 0, y: 0 });
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    const element = stage.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() =>
      latest.current.onSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    // React's own wheel listeners cannot keep the page from being zoomed.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const now = latest.current;
      if (event.ctrlKey)
        now.onView((each) =>
          settled(zoomedAt(each, Math.exp(-event.deltaY / 200), middleOf(event)), now.size),
        );
      else now.onSlices(Math.sign(event.deltaY), true);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener('wheel', onWheel);
    };
  }, [onSize]);

  /** A place relative to the middle of the stage. */
  function middleOf({ clientX, clientY }: { clientX: number; clientY: number }): Point {
    const box = stage.current?.getBoundingClientRect();
    if (box === undefined) return { x: 0, y: 0 };
    return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 };
  }

  const down = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = middleOf(event);
    pointers.current.set(event.pointerId, at);
    stroke.current = { from: at, last: at, moved: false, alone: pointers.current.size === 1 };
    moments.current = [];
    props.onHold();
  };
  const move = (event: PointerEvent): void => {
    const before = pointers.current.get(event.pointerId);
    const now = stroke.current;
    if (before === undefined || now === null) return;
    const at = middleOf(event);
    if (pointers.current.size === 2) {
      const [other] = [...pointers.current].filter(([id]) => id !== event.pointerId).map(([, each]) => each);
      if (other !== undefined) onView((each) => pinched(each, [before, other], [at, other]));
    }
    pointers.current.set(event.pointerId, at);
    if (!now.alone || pointers.current.size !== 1) return;
    const dx = at.x - now.from.x;
    const dy = at.y - now.from.y;
    const first = !now.moved;
    if (first && Math.hypot(dx, dy) < TAP_PX) return;
    stroke.current = { ...now, moved: true, last: at };
    if (mode === 'measure') props.onMeasure(now.from, at, false);
    else if (mode === 'window') props.onWindow({ dx, dy, first });
    else if (isZoomed(view))
      onView((each) => ({ ...each, x: each.x + at.x - now.last.x, y: each.y + at.y - now.last.y }));
    else {
      const slices = slicesOfStroke(dx, dy, count, size.height);
      moments.current.push({ at: event.timeStamp, slices });
      props.onSlices(slices, first);
    }
  };
  const up = (event: PointerEvent): void => {
    const at = middleOf(event);
    const now = stroke.current;
    if (!pointers.current.delete(event.pointerId)) return;
    onView((each) => settled(each, size));
    // The finger that stays after pinching does not begin a stroke.
    if (pointers.current.size > 0) {
      stroke.current = { from: at, last: at, moved: true, alone: false };
      return;
    }
    stroke.current = null;
    if (now === null || !now.alone || event.type === 'pointercancel') return;
    if (now.moved) {
      if (mode === 'measure') props.onMeasure(now.from, now.last, true);
      const speed = speedOf(moments.current, event.timeStamp);
      if (speed !== 0) props.onGlide(speed);
      return;
    }
    if (mode === 'measure') {
      props.onMeasure(at, at, true);
      return;
    }
    const { at: time, x, y } = tapped.current;
    const isDouble = event.timeStamp - time < DOUBLE_TAP_MS && Math.hypot(at.x - x, at.y - y) < 32;
    tapped.current = { at: isDouble ? 0 : event.timeStamp, x: at.x, y: at.y };
    if (isDouble)
      onView((each) => (isZoomed(each) ? FITTED : settled(zoomedAt(each, DOUBLE_TAP_ZOOM, at), size)));
  };

  const isTurned = turn.degrees % 180 !== 0;
  const box = image === null ? null : fittedSize(image, size, turn);
  const filters = [linear === null ? null : `url("#${filterId}")`, props.filter].filter(Boolean).join(' ');
  const style: CSSProperties = {
    width: box?.width ?? (isTurned ? size.height : size.width),
    height: box?.height ?? (isTurned ? size.width : size.height),
    objectFit: box === null ? 'contain' : 'fill',
    transform: `translate(-50%, -50%) translate(${view.x}px, ${view.y}px) scale(${view.scale}) rotate(${turn.degrees}deg) scaleX(${turn.mirrored ? -1 : 1})`,
    visibility: covered ? 'hidden' : 'visible',
    ...(filters === '' ? {} : { filter: filters }),
  };
  return (
    <div
      ref={stage}
      className="so-stage"
      role="group"
      aria-label={label}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      data-testid="stage"
      data-shown={covered ? 'pixels' : 'picture'}
    >
      <svg width="0" height="0" aria-hidden="true">
        <filter id={filterId} colorInterpolationFilters="sRGB">
          <feComponentTransfer>
            <feFuncR type="linear" {...(linear ?? {})} />
            <feFuncG type="linear" {...(linear ?? {})} />
            <feFuncB type="linear" {...(linear ?? {})} />
          </feComponentTransfer>
        </filter>
      </svg>
      {url !== null && (
        <img
          src={url}
          alt={label}
          draggable={false}
          style={style}
          className={pending && !covered ? 'so-picture so-pending' : 'so-picture'}
          data-testid="picture"
          data-pending={pending && !covered}
        />
      )}
      {props.layers}
      {props.children}
    </div>
  );
}
