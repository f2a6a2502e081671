import { Button, Heading2, Heading3, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import type { Trial } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { DataTable } from '../ui/figure-with-table.tsx';
import { Instant } from '../ui/instant.tsx';
import { ScrollRegion } from '../ui/scroll-region.tsx';
import { Token } from '../ui/token.tsx';
import { useLetterReason } from './letter-words.ts';

/** Below this share a part counts as missing: detectors that need it would be blind. */
const ENOUGH = 0.5;

/** What came out: events, what was set aside and why, what is missing, and proposed settings. */
export function TrialResult({ trial, edit }: { trial: Trial; edit: (settings: string) => void }) {
  const { t } = useTranslation('sources');
  const format = useFormat();
  const sayReason = useLetterReason();
  const dead = trial.deadLetters.reduce((sum, each) => sum + each.count, 0);
  return (
    <section className="card" aria-labelledby="trial">
      <Heading2 id="trial">{t('try.result')}</Heading2>
      <p role="status" className="lead">
        {t('try.counts', {
          format: trial.format,
          lines: format.count(trial.lines),
          events: format.count(trial.eventCount),
          dead: format.count(dead),
        })}
      </p>
      {trial.deadLetters.length > 0 && (
        <DataTable
          caption={t('try.dead')}
          columns={[
            { title: t('letters.reason') },
            { title: t('letters.field') },
            { title: t('letters.count'), isNumber: true },
          ]}
          rows={trial.deadLetters.map((each) => [
            sayReason(each.reason),
            each.field ?? '–',
            format.count(each.count),
          ])}
        />
      )}
      {trial.events.length > 0 && <Events events={trial.events} />}
      <Heading3>{t('try.parts')}</Heading3>
      <Paragraph>{t('try.partsLead')}</Paragraph>
      <DataTable
        caption={t('try.parts')}
        columns={[
          { title: t('try.partName') },
          { title: t('try.share'), isNumber: true },
          { title: t('try.blind') },
        ]}
        rows={trial.coverage.map(({ part, share, detectors }) => [
          t(`part.${part}`),
          format.percent(share),
          share < ENOUGH ? (
            <span key="blind" lang="en">
              {detectors.join(', ')}
            </span>
          ) : (
            '–'
          ),
        ])}
      />
      {trial.settings !== '' && (
        <>
          <Heading3>{t('try.proposed')}</Heading3>
          <Paragraph>{t('try.proposedLead')}</Paragraph>
          {trial.remarks.length > 0 && (
            <ul className="plain-list" lang="en">
              {trial.remarks.map((remark) => (
                <li key={remark}>{remark}</li>
              ))}
            </ul>
          )}
          <ScrollRegion name={t('try.proposed')} className="command">
            <pre>{trial.settings}</pre>
          </ScrollRegion>
          <div className="buttons no-print">
            <Button onClick={() => edit(trial.settings)}>{t('try.edit')}</Button>
          </div>
        </>
      )}
    </section>
  );
}

function Events({ events }: { events: Trial['events'] }) {
  const { t, i18n } = useTranslation(['sources', 'alert']);
  const format = useFormat();
  const say = (space: 'action' | 'searchKey', word: string): string => {
    const key = `alert:${space}.${word}`;
    // A source may have a word of its own: it is shown as it is.
    return i18n.exists(key) ? String(i18n.t(key as never)) : word;
  };
  return (
    <>
      <Heading3>{t('try.events')}</Heading3>
      <DataTable
        caption={t('try.eventsCaption')}
        columns={[
          { title: t('alert:lookup.when') },
          { title: t('alert:lookup.action') },
          { title: t('alert:lookup.official') },
          { title: t('alert:lookup.person') },
          { title: t('alert:lookup.search') },
          { title: t('try.data') },
          { title: t('alert:lookup.caseRef') },
        ]}
        rows={events.map((e) => [
          e.isDateOnly ? (
            format.date(e.occurredAt)
          ) : (
            <Instant key="at" at={e.occurredAt} style="exact" />
          ),
          e.outcome === 'success'
            ? say('action', e.action)
            : `${say('action', e.action)}, ${t('alert:lookup.refused')}`,
          e.actor === null ? '–' : <Token key="a" token={e.actor} />,
          e.subject === null ? '–' : <Token key="s" token={e.subject} />,
          e.queryKey === null ? '–' : say('searchKey', e.queryKey),
          e.fields.length === 0 ? '–' : e.fields.slice(0, 4).join(', '),
          e.hasCaseRef ? t('alert:lookup.yes') : t('alert:lookup.no'),
        ])}
      />
    </>
  );
}
