import { useEffect, useRef, useState } from 'react';

const STORED = 'inzagewacht.keys';
export const areKeysOn = (): boolean => localStorage.getItem(STORED) !== 'off';

/** Whether single keys act as shortcuts; who uses speech input turns them off (WCAG 2.1.4). */
export function useKeysSetting(): [boolean, (isOn: boolean) => void] {
  const [isOn, setOn] = useState(areKeysOn);
  return [
    isOn,
    (next) => {
      localStorage.setItem(STORED, next ? 'on' : 'off');
      setOn(next);
    },
  ];
}

/** Single-key shortcuts while nothing is typed and no dialog is open. Keys with Ctrl, Alt or Meta pass. */
export function useShortcuts(keys: Readonly<Record<string, () => void>>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
      if (!areKeysOn() || document.querySelector('dialog[open]') !== null) return;
      const { target } = event;
      if (
        target instanceof HTMLElement &&
        target.closest('input:not([type=checkbox]), textarea, select')
      )
        return;
      const action = latest.current[event.key];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}
