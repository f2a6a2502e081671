/** What this machine remembers for whoever sits at it: language, theme, single keys. Nothing of a person. */
const KEPT = ['inzagewacht.language', 'inzagewacht.theme', 'inzagewacht.keys'] as const;

/**
 * Does something after which the browser may have forgotten all it stored (`Clear-Site-Data` on signing
 * out), and puts back how the page looked, so that a Dutch reader is not left with English or the reverse.
 */
export async function keepingPreferences(step: () => Promise<void>): Promise<void> {
  const before = KEPT.map((key) => [key, localStorage.getItem(key)] as const);
  await step();
  for (const [key, value] of before) if (value !== null) localStorage.setItem(key, value);
}
