import { createMemoryLog } from '../../../ingest/sources/memory.ts';
import { keepsTheSourceContract } from '../../helpers/source-contract.ts';

keepsTheSourceContract('memory', async () => {
  const log = createMemoryLog(['lane']);
  return {
    lane: 'lane',
    async append(values) {
      for (const value of values) log.append('lane', value);
    },
    source: log.source,
    close: async () => undefined,
  };
});
