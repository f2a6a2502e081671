/** Milliseconds of processor time of a piece of work, the best of some rounds: other work does not count. */
export function cpuTimeOf(work: () => void, rounds = 3): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const started = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(started);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}
