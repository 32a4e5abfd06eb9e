/** One of a few, as chips: a tap or the arrow keys choose. */
export function Choice<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: Value;
  options: readonly (readonly [Value, string])[];
  onChange: (value: Value) => void;
}) {
  const move = (by: number): void => {
    const at = options.findIndex(([each]) => each === value);
    const next = options[(at + by + options.length) % options.length];
    if (next !== undefined) onChange(next[0]);
  };
  return (
    <div
      role="radiogroup"
      aria-label={label}
      className="choice"
      onKeyDown={(event) => {
        const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        move(by);
        const group = event.currentTarget;
        requestAnimationFrame(() => group.querySelector<HTMLElement>('[aria-checked="true"]')?.focus());
      }}
    >
      {options.map(([each, text]) => (
        <button
          key={each}
          type="button"
          role="radio"
          aria-checked={each === value}
          tabIndex={each === value ? 0 : -1}
          className="choice-option"
          onClick={() => onChange(each)}
          data-testid={`choice-${each}`}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
