import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from '@utrecht/component-library-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { removeView, saveView, viewsQuery } from '../data/views.ts';
import { ProblemNotice } from '../ui/answers.tsx';
import { TextField } from '../ui/field.tsx';
import { type Filters, filtersFrom } from './filters.ts';

/** Filters under a name of the reader's own, and those that colleagues share. */
export function ViewsBar({ filters }: { filters: Filters }) {
  const { t } = useTranslation('alerts');
  const queries = useQueryClient();
  const { data } = useQuery(viewsQuery);
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<unknown>(null);
  const views = data?.items ?? [];
  const run = async (change: Promise<unknown>): Promise<void> => {
    try {
      await change;
      setProblem(null);
      setName('');
    } catch (error) {
      setProblem(error);
    }
    await queries.invalidateQueries({ queryKey: viewsQuery.queryKey });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() !== '') void run(saveView(name.trim(), filters));
  };
  return (
    <details className="views no-print">
      <summary>{t('views.title')}</summary>
      {views.length === 0 ? (
        <p className="soft">{t('views.none')}</p>
      ) : (
        <ul>
          {views.map((view) => (
            <li key={view.viewId}>
              <Link to="/alerts" search={filtersFrom(view.query)} className="utrecht-link">
                {view.name}
              </Link>
              {view.isOwn && (
                <button
                  type="button"
                  className="icon-button"
                  aria-label={t('views.remove', { name: view.name })}
                  onClick={() => void run(removeView(view.viewId))}
                >
                  ×
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {problem !== null && <ProblemNotice problem={problem} />}
      <form onSubmit={submit} className="filters">
        <TextField label={t('views.name')} value={name} onChange={setName} isRequired />
        <Button type="submit">{t('views.save')}</Button>
      </form>
    </details>
  );
}
