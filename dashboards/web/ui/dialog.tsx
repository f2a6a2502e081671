import { Heading2 } from '@utrecht/component-library-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';

/**
 * A modal dialog of the browser itself: it holds the focus, closes on Escape and gives the focus back
 * to what opened it. Render it only while it is open.
 */
export function Dialog(props: { title: string; onClose: () => void; children: ReactNode }) {
  const { title, onClose, children } = props;
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <Heading2 id={id}>{title}</Heading2>
      {children}
    </dialog>
  );
}
