// A process of its own that decides and logs on a data directory until it is killed; every decision that
// it has been promised is named on standard output.
import { writeSync } from 'node:fs';
import { noteAlert } from '../../review/alert-review.ts';
import { openJournal } from '../../review/journal.ts';
import { type Anchor, openReviewLog } from '../../review/review-log.ts';
import { openEmbeddedStore } from '../../storage/client.ts';
import { createJournalStore } from '../../storage/review-journal.ts';
import { createReviewLogStore } from '../../storage/review-log.ts';

const [path = ''] = process.argv.slice(2);
const store = await openEmbeddedStore(path);
const journal = await openJournal(createJournalStore(store, 'default'), { tenant: 'default' });
let anchors: Anchor[] = [];
journal.onRecorded(({ chainUid: chain, sequence, fingerprint }) => {
  anchors.push({ chain, sequence, fingerprint });
});
const log = await openReviewLog(createReviewLogStore(store, 'default'), Date.now, () => {
  const taken = anchors;
  anchors = [];
  return taken;
});
const reviewer = {
  ...{ accountId: 'l-1', name: 'one', role: 'security-officer' as const, person: 'p' },
  ...{ actors: [], persons: [] },
};
writeSync(1, 'ready\n');
for (let i = 0; ; i++) {
  const alertId = `al-${i % 7}`;
  const { sequence } = await noteAlert(journal, reviewer, alertId, `note ${i}`);
  await log.append({
    ...{ at: Date.now(), accountId: 'l-1', name: 'one', person: 'p', role: 'security-officer' },
    ...{ operation: 'addAlertNote', objectKind: 'alert', objectIds: [alertId], code: null },
    ...{ outcome: 'done', status: 201, requestId: String(i) },
  });
  writeSync(1, `${alertId} ${sequence} note ${i}\n`);
}
