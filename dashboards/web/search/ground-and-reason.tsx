import { useTranslation } from 'react-i18next';
import { GROUNDS, MIN_REASON } from '../cases/case-words.ts';
import { SelectField } from '../ui/field.tsx';
import { Motivation } from '../ui/motivation.tsx';

type Ground = (typeof GROUNDS)[number];
/** On what ground somebody looks back, and in their own words why; both go on record. */
export type Asked = { ground: Ground; reason: string };
export const FIRST_ASKED: Asked = { ground: GROUNDS[0] as Ground, reason: '' };
/** Whether the reason says enough to be asked with. */
export const isReasoned = ({ reason }: Asked): boolean => reason.trim().length >= MIN_REASON;

export function GroundAndReason({
  asked,
  onChange,
  wasTried,
}: {
  asked: Asked;
  onChange: (asked: Asked) => void;
  wasTried: boolean;
}) {
  const { t } = useTranslation(['search', 'cases']);
  return (
    <>
      <SelectField
        label={t('ground')}
        value={asked.ground}
        onChange={(value) =>
          onChange({ ...asked, ground: GROUNDS.find((g) => g === value) ?? asked.ground })
        }
        options={GROUNDS.map((g) => ({ value: g, label: t(`cases:ground.${g}`) }))}
      />
      <Motivation
        label={t('reason')}
        value={asked.reason}
        onChange={(reason) => onChange({ ...asked, reason })}
        min={MIN_REASON}
        wasTried={wasTried}
        rows={2}
      />
    </>
  );
}
