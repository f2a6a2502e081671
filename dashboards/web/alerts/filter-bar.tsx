import { Button } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { SEVERITIES, TYPOLOGIES } from '../../../domain/typology.ts';
import { type Option, SelectField } from '../ui/field.tsx';
import { useTypologyTitle } from '../ui/marks.tsx';
import { type Filters, filterCount, filtersFrom, TRIAGE_STATES } from './filters.ts';

/** The filters of the queue; each choice goes into the address at once. */
export function FilterBar(props: { filters: Filters; change: (filters: Filters) => void }) {
  const { filters, change } = props;
  const { t } = useTranslation(['alerts', 'words', 'triage']);
  const titleOf = useTypologyTitle();
  const any: Option = { value: '', label: t('any') };
  const set = (field: keyof Filters) => (value: string) =>
    change(filtersFrom({ ...filters, [field]: value === '' ? undefined : value }));
  return (
    <search className="filters" aria-label={t('filters')}>
      <SelectField
        label={t('filter.severity')}
        value={filters.severity ?? ''}
        onChange={set('severity')}
        options={[
          any,
          ...SEVERITIES.toReversed().map((s) => ({ value: s, label: t(`words:severity.${s}`) })),
        ]}
      />
      <SelectField
        label={t('filter.typology')}
        value={filters.typology ?? ''}
        onChange={set('typology')}
        options={[
          any,
          ...TYPOLOGIES.map((typology) => ({ value: typology, label: titleOf(typology) })).sort(
            (a, b) => a.label.localeCompare(b.label),
          ),
        ]}
      />
      <SelectField
        label={t('filter.status')}
        value={filters.status ?? ''}
        onChange={set('status')}
        options={[
          { value: '', label: t('open') },
          ...TRIAGE_STATES.map((s) => ({ value: s, label: t(`triage:status.${s}`) })),
        ]}
      />
      <SelectField
        label={t('filter.assignee')}
        value={filters.assignee ?? ''}
        onChange={set('assignee')}
        options={[
          any,
          { value: 'me', label: t('assignee.me') },
          { value: 'nobody', label: t('assignee.none') },
        ]}
      />
      <SelectField
        label={t('filter.sort')}
        value={filters.sort ?? ''}
        onChange={set('sort')}
        options={[
          { value: '', label: t('sort.strongest') },
          { value: '-openedAt', label: t('sort.newest') },
        ]}
      />
      {filterCount(filters) > 0 && (
        <Button onClick={() => change({ sort: filters.sort })}>{t('clear')}</Button>
      )}
    </search>
  );
}
