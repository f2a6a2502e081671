import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import type { StreamMessage } from './shapes.ts';

/** What news of a kind makes stale: fetched again where it is on screen, except for the queue. */
const STALE: Record<StreamMessage['kind'], readonly string[]> = {
  alerts: [],
  alert: ['alert'],
  case: ['case', 'cases'],
  reveal: ['reveals', 'case'],
  suppression: ['suppressions'],
  export: ['exports', 'case'],
  status: ['status', 'sources'],
  session: ['session'],
};

type Live = {
  /** Alerts that came or changed since the list was fetched. */
  news: number;
  isConnected: boolean;
  clear: () => void;
};
const LiveContext = createContext<Live>({ news: 0, isConnected: true, clear: () => {} });
export const useLive = (): Live => useContext(LiveContext);

/**
 * News by server-sent events, for as long as somebody is signed in. Alerts are counted, not inserted: the
 * reader asks for them, and nothing moves under a pointer or a screen reader.
 */
export function LiveNews({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [isConnected, setConnected] = useState(true);
  useEffect(() => {
    const source = new EventSource('/v1/stream');
    const hear = (event: MessageEvent<string>): void => {
      // Made by the server after its schema.
      const message = JSON.parse(event.data) as StreamMessage;
      for (const key of STALE[message.kind]) void queries.invalidateQueries({ queryKey: [key] });
      if (message.kind === 'alerts' || message.kind === 'alert')
        setIds((before) => new Set([...before, ...(message.ids.length > 0 ? message.ids : ['*'])]));
    };
    source.addEventListener('open', () => setConnected(true));
    source.addEventListener('error', () => setConnected(false));
    for (const kind of Object.keys(STALE)) source.addEventListener(kind, hear);
    return () => source.close();
  }, [queries]);
  const live = useMemo(
    () => ({ news: ids.size, isConnected, clear: () => setIds(new Set()) }),
    [ids, isConnected],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}
