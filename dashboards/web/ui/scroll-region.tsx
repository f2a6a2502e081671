import { type ReactNode, useEffect, useRef, useState } from 'react';

/**
 * Scrolls inside the page instead of with it. Only while there is something to scroll is it a stop for the
 * keyboard and a region with a name (WCAG 2.1.1): otherwise it would be one stop too many.
 */
export function ScrollRegion(props: { name: string; className?: string; children: ReactNode }) {
  const { name, className = 'scroll scroll--tall', children } = props;
  const ref = useRef<HTMLDivElement>(null);
  const [overflows, setOverflows] = useState(false);
  useEffect(() => {
    const box = ref.current;
    if (box === null) return;
    const measure = (): void =>
      setOverflows(box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight);
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    for (const child of box.children) observer.observe(child);
    measure();
    return () => observer.disconnect();
  }, []);
  const region = overflows ? { role: 'region', 'aria-label': name, tabIndex: 0 } : {};
  return (
    <div ref={ref} className={className} {...region}>
      {children}
    </div>
  );
}
