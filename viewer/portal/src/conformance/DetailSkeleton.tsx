/** The shape of what is being loaded. */
export function DetailSkeleton() {
  return (
    <div className="detail-skeleton" aria-hidden="true">
      {[70, 45, 88, 60, 76, 52].map((width) => (
        <i key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
