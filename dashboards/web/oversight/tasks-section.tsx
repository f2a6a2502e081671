import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Heading2, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { Tasks } from '../data/shapes.ts';
import { tasksQuery } from '../data/watches.ts';
import { ProblemNotice } from '../ui/answers.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { Instant } from '../ui/instant.tsx';
import { Tag } from '../ui/marks.tsx';

type Task = Tasks['items'][number];

/** What somebody has to do by when, over all files and cases that the reader may see. */
export function TasksSection() {
  const { t, i18n } = useTranslation(['tasks', 'session', 'breaches']);
  const { data, error } = useQuery(tasksQuery);
  const sayRole = (role: string): string =>
    ['session:role', 'breaches:told']
      .map((space) => `${space}.${role}`)
      .filter((key) => i18n.exists(key))
      .map((key) => String(i18n.t(key as never)))[0] ?? role;
  return (
    <section className="card" aria-labelledby="tasks">
      <Heading2 id="tasks">{t('title')}</Heading2>
      {error !== null && <ProblemNotice problem={error} />}
      {data?.items.length === 0 && <Paragraph>{t('none')}</Paragraph>}
      {data !== undefined && data.items.length > 0 && (
        <DataTable
          caption={t('caption')}
          columns={[{ title: t('what') }, { title: t('due') }, { title: t('who') }]}
          rows={data.items.map((task) => [
            <TaskLink key="what" task={task} />,
            <span key="due">
              <Instant at={task.dueAt} /> {task.isOverdue && <Tag tone="bad">{t('overdue')}</Tag>}
            </span>,
            task.to.map(sayRole).join(', '),
          ])}
        />
      )}
    </section>
  );
}

function TaskLink({ task }: { task: Task }) {
  const { t } = useTranslation('tasks');
  const text = t(`kind.${task.kind}`);
  if (task.kind === 'breach')
    return (
      <Link to="/breaches/$breachId" params={{ breachId: task.objectId }} className="utrecht-link">
        {text}
      </Link>
    );
  if (task.caseId === null) return text;
  return (
    <Link to="/cases/$caseId" params={{ caseId: task.caseId }} className="utrecht-link">
      {text}
    </Link>
  );
}
