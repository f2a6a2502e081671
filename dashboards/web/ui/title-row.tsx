import { Heading1, Paragraph } from '@utrecht/component-library-react';
import type { ReactNode } from 'react';

/** What a screen is and is for, and beside it what it is looked at by: a period, a view. */
export function TitleRow({
  title,
  lead,
  children,
}: {
  title: string;
  lead: string;
  children: ReactNode;
}) {
  return (
    <div className="title-row">
      <div>
        <Heading1>{title}</Heading1>
        <Paragraph className="lead">{lead}</Paragraph>
      </div>
      {children}
    </div>
  );
}
