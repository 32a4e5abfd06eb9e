import { useRef, useState, type ReactNode } from 'react';
import '../styles/import.css';

/** A place to drop one file, or to choose it with a click or from the keyboard. */
export function FileDrop({
  accept,
  label,
  children,
  onFile,
}: {
  /** As `<input accept>` takes it. */
  accept: string;
  label: string;
  children?: ReactNode;
  onFile: (file: File) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (files: FileList | null): void => {
    const file = files?.[0];
    if (file !== undefined) onFile(file);
  };
  return (
    <div
      className={over ? 'file-drop file-drop-over' : 'file-drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <button type="button" className="file-drop-button" onClick={() => input.current?.click()}>
        {label}
      </button>
      {children}
      <input
        ref={input}
        type="file"
        accept={accept}
        hidden
        onChange={(event) => {
          take(event.target.files);
          // The same file, corrected meanwhile, can be chosen again.
          event.target.value = '';
        }}
        data-testid="file-input"
      />
    </div>
  );
}
