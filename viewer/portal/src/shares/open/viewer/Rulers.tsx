import { toStage, type Placement } from './geometry.ts';
import type { Point } from './gestures.ts';
import { lengthOf, lengthText, type Ruler } from './ruler.ts';
import type { FrameFacts } from './pixels/frameFacts.ts';
import { useOpenWords } from '../words.ts';

/** A place with the value that is there. */
export interface Probe {
  at: Point;
  text: string;
}

/** Lengths and values over the picture, in places of the image: they move with it. */
export function Rulers({
  placement,
  spacing,
  rulers,
  probe,
}: {
  placement: Placement;
  spacing: FrameFacts['spacing'];
  rulers: readonly Ruler[];
  probe: Probe | null;
}) {
  const { t } = useOpenWords();
  const { width, height } = placement.stage;
  const place = (at: Point): Point => {
    const { x, y } = toStage(placement, at);
    return { x: x + width / 2, y: y + height / 2 };
  };
  return (
    <svg className="so-rulers" width={width} height={height} data-testid="rulers">
      {rulers.map((ruler, index) => {
        const [from, to] = [place(ruler.from), place(ruler.to)];
        const length = lengthOf(ruler, spacing);
        const below = from.y > to.y ? from : to;
        return (
          <g key={index}>
            <line className="so-ruler-under" x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
            <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
            {[from, to].map(({ x, y }, end) => (
              <circle key={end} cx={x} cy={y} r="4" />
            ))}
            <text x={Math.min(width - 90, Math.max(6, below.x + 8))} y={Math.min(height - 8, below.y + 20)}>
              {lengthText(length)}
              {length.onDetector ? ` ${t.viewer.onDetector}` : ''}
            </text>
          </g>
        );
      })}
      {probe !== null && (
        <g data-testid="probe">
          <path d={`M${place(probe.at).x - 7} ${place(probe.at).y}h14m-7-7v14`} fill="none" />
          <text x={place(probe.at).x + 10} y={place(probe.at).y - 8}>
            {probe.text}
          </text>
        </g>
      )}
    </svg>
  );
}
