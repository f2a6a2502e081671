import { useQuery } from '@tanstack/react-query';
import { Heading1, Heading2, Heading3, Paragraph } from '@utrecht/component-library-react';
import { useTranslation } from 'react-i18next';
import { detectorsQuery } from '../data/operations.ts';
import { may } from '../data/session.ts';
import type { Detector } from '../data/shapes.ts';
import { useFormat } from '../shell/format.ts';
import { useSession } from '../shell/root.tsx';
import { useDocumentTitle } from '../shell/title.ts';
import { Loading, ProblemNotice } from '../ui/answers.tsx';
import { DataTable } from '../ui/figure-with-table.tsx';
import { HelpTerm } from '../ui/help-term.tsx';
import { Tag, useTypologyTitle } from '../ui/marks.tsx';
import { BacktestSection } from './backtest-section.tsx';
import { ChangeForm, DetectorChanges } from './detector-changes.tsx';
import { ShadowRuns } from './shadow-runs.tsx';

/** The register that the works council reads: what runs is what was agreed. */
export function DetectorsScreen() {
  const { t } = useTranslation('detectors');
  useDocumentTitle(t('title'));
  const session = useSession();
  const { data, error, isPending, refetch } = useQuery(detectorsQuery);
  return (
    <>
      <Heading1>{t('title')}</Heading1>
      <Paragraph className="lead">{t('lead')}</Paragraph>
      {isPending && <Loading />}
      {error !== null && <ProblemNotice problem={error} retry={() => void refetch()} />}
      {data?.items.map((detector) => (
        <OneDetector key={detector.detectorId} of={detector} />
      ))}
      {may(session, 'listDetectorChanges') && <DetectorChanges />}
      {may(session, 'listShadowRuns') && <ShadowRuns />}
      {may(session, 'listBacktests') && <BacktestSection />}
    </>
  );
}

function OneDetector({ of }: { of: Detector }) {
  const { t, i18n } = useTranslation(['detectors', 'words']);
  const format = useFormat();
  const session = useSession();
  const titleOf = useTypologyTitle();
  const title = of.title[i18n.language === 'en' ? 'en' : 'nl'];
  const sayMaturity = (word: string): string => {
    const key = `words:maturity.${word}`;
    return i18n.exists(key) ? String(i18n.t(key as never)) : word;
  };
  const settings = Object.entries(of.settings);
  return (
    <section className="card" aria-labelledby={`detector-${of.detectorId}`}>
      <Heading2 id={`detector-${of.detectorId}`}>{title}</Heading2>
      <p className="marks">
        <Tag tone={of.isEnabled ? 'ok' : 'bad'}>
          {of.isEnabled ? t('state.on') : t('state.off')}
        </Tag>
        <Tag>{sayMaturity(of.maturity)}</Tag>
        <span className="soft small">
          {of.detectorId}, {t('version', { version: of.version })}
        </span>
      </p>
      {of.typologies.map((typology) => (
        <Paragraph key={typology}>{t(`words:typology.${typology}.detects`)}</Paragraph>
      ))}
      <Paragraph className="soft">
        {t('figures', {
          alerts: format.count(of.alerts),
          judged: format.count(of.judged),
          precision: format.percent(of.precision),
        })}
      </Paragraph>
      <details>
        <summary>{t('details', { title })}</summary>
        <Heading3>{t('typologies')}</Heading3>
        <p>{of.typologies.map(titleOf).join(', ')}</p>
        <Texts title={t('technical')} texts={[of.detects]} />
        <Texts title={t('falsePositives')} texts={of.falsePositives} />
        <Texts title={t('knownGaps')} texts={of.knownGaps} />
        <Texts title={t('runbook')} texts={[of.runbook]} />
        <Heading3>{t('settings')}</Heading3>
        {settings.length === 0 ? (
          <Paragraph>{t('noSettings')}</Paragraph>
        ) : (
          <DataTable
            caption={t('settings')}
            columns={[{ title: t('setting') }, { title: t('value'), isNumber: true }]}
            rows={settings.map(([name, value]) => [name, JSON.stringify(value)])}
          />
        )}
        <p>
          <HelpTerm term="maturity" />
        </p>
        {may(session, 'requestDetectorChange') && <ChangeForm of={of} />}
      </details>
    </section>
  );
}

/** Texts of the register are written in English, the language of the code and of the decisions. */
function Texts({ title, texts }: { title: string; texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <>
      <Heading3>{title}</Heading3>
      <ul className="plain-list" lang="en">
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </>
  );
}
