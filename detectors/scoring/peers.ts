// What colleagues of the same role show on a day: a mean that forgets slowly, and no group below five.

/** Plain data: a running mean, and as many members as are needed to know that the group is large enough. */
export type Peers = { days: number; mean: number; members: string[] };
export const noPeers = (): Peers => ({ days: 0, mean: 0, members: [] });

/** No figure about fewer people (docs/privacy.md): a mean over three is one colleague too clearly. */
export const LEAST_PEERS = 5;
const LEAST_DAYS = 50;
/** Days over which the mean forgets. */
const MEMORY = 2_000;

export function learnPeers(peers: Peers, member: string, observed: number): void {
  peers.days++;
  peers.mean += (observed - peers.mean) / Math.min(peers.days, MEMORY);
  if (peers.members.length < LEAST_PEERS && !peers.members.includes(member))
    peers.members.push(member);
}

/** The usual of the group; null while it is too small or too new to say. */
export const peersMean = ({ days, mean, members }: Peers): number | null =>
  members.length < LEAST_PEERS || days < LEAST_DAYS ? null : mean;
