// Where the people live whom an official usually looks up, learned from the lookups themselves: no
// list says which municipality sent the logs, and a shared service has more than one.
import type { ReferenceData } from '../../domain/reference.ts';
import type { Lookup } from '../detector.ts';

/** Most frequent place by majority vote (Boyer and Moore), per way of writing it. */
export type Home = { event: Vote; reference: Vote };
type Vote = { place: string; votes: number };
export const emptyHome = (): Home => ({
  event: { place: '', votes: 0 },
  reference: { place: '', votes: 0 },
});

const MAX_VOTES = 200; // an official who moves to another municipality is believed after as many
/** Before this many votes nobody knows where home is. */
const LEAST_VOTES = 5;

function vote(state: Vote, place: string): void {
  if (place === '') return;
  if (state.place === place) state.votes = Math.min(MAX_VOTES, state.votes + 1);
  else if (state.votes === 0) {
    state.place = place;
    state.votes = 1;
  } else state.votes--;
}

/** Systems write a name or a number for one town, so event and register each keep to their own. */
export function addPlace(home: Home, { event, subject }: Lookup, reference: ReferenceData): void {
  vote(home.event, event.subjectMunicipality);
  vote(home.reference, reference.municipality(subject));
}

/** Whether the person lives outside the usual place; false while either is unknown. */
export function isElsewhere(
  home: Home,
  { event, subject }: Lookup,
  reference: ReferenceData,
): boolean {
  const differs = ({ place, votes }: Vote, here: string) =>
    here !== '' && votes >= LEAST_VOTES && here !== place;
  return (
    differs(home.event, event.subjectMunicipality) ||
    differs(home.reference, reference.municipality(subject))
  );
}
