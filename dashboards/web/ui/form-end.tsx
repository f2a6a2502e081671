import { PrimaryActionButton } from '@utrecht/component-library-react';
import type { ReactNode } from 'react';
import { ProblemNotice } from './answers.tsx';
import type { Action } from './use-action.ts';

/** How a form ends: what went wrong the last time, and the button that sends it. */
export function FormEnd({ action, children }: { action: Action; children: ReactNode }) {
  return (
    <>
      {action.problem !== null && <ProblemNotice problem={action.problem} />}
      <div className="buttons">
        <PrimaryActionButton type="submit" disabled={action.isBusy}>
          {children}
        </PrimaryActionButton>
      </div>
    </>
  );
}
