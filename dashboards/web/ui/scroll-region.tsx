import type { ReactNode } from 'react';

/** Scrolls sideways inside the page instead of with it; the keyboard reaches it. */
export const ScrollRegion = ({ name, children }: { name: string; children: ReactNode }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
  <section className="scroll" aria-label={name} tabIndex={0}>
    {children}
  </section>
);
