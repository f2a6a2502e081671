// The all-in-one process as a user starts it, on a clock that the test puts forward. Its parent sends how
// many ms; what was shifted is acknowledged. Everything reads the time through `Date.now`.
const real = Date.now;
let ahead = 0;
Date.now = () => real() + ahead;
process.on('message', (ms: number) => {
  ahead += ms;
  process.send?.('shifted');
});
// The test that goes away takes its program with it; otherwise the channel holds nothing up.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
await import('../../cli/main.ts');
