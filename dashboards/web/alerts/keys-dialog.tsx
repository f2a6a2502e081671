import { Button, Paragraph } from '@utrecht/component-library-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui/dialog.tsx';
import { useKeysSetting } from '../ui/shortcuts.ts';

const KEYS = [
  ['j', 'next'],
  ['k', 'previous'],
  ['Enter', 'open'],
  ['x', 'choose'],
  ['a', 'assign'],
  ['d', 'decide'],
  ['u', 'up'],
  ['?', 'help'],
] as const;

/** Every shortcut of the triage, and the switch that turns them off. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['alerts', 'shell']);
  const [isOn, setOn] = useKeysSetting();
  const id = useId();
  return (
    <Dialog title={t('keys.title')} onClose={onClose}>
      <Paragraph>{t('keys.intro')}</Paragraph>
      <dl className="keys">
        {KEYS.map(([key, action]) => (
          <div key={key}>
            <dt>
              <kbd>{key === 'Enter' ? t('shell:keyEnter') : key}</kbd>
            </dt>
            <dd>{t(`keys.${action}`)}</dd>
          </div>
        ))}
      </dl>
      <p className="check">
        <input
          id={id}
          type="checkbox"
          checked={isOn}
          onChange={(event) => setOn(event.currentTarget.checked)}
          aria-describedby={`${id}-help`}
        />
        <label htmlFor={id}>{t('keys.on')}</label>
      </p>
      <Paragraph id={`${id}-help`}>{t('keys.off')}</Paragraph>
      <div className="buttons">
        <Button onClick={onClose}>{t('shell:close')}</Button>
      </div>
    </Dialog>
  );
}
