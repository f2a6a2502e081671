import type { Action } from '../../domain/event.ts';

/** First words of free operation names, in Dutch and English; what is not here is not guessed. */
const VERBS: Readonly<Record<Action, string>> = {
  view: 'raadplegen raadpleeg raadpleging geraadpleegd inzien inzage bekijken bekijk tonen toon opvragen opvraag opvraging lezen lees openen open ophalen view read retrieve get fetch show lookup r',
  search: 'zoeken zoek doorzoeken zoekvraag zoekopdracht search find query',
  list: 'lijst lijsten overzicht list',
  export: 'exporteren exporteer export downloaden download verstrekken verstrekking',
  print: 'printen print afdrukken afdruk',
  create:
    'registreren registreer registratie toevoegen aanmaken invoeren opvoeren inschrijven create insert add c',
  update:
    'wijzigen wijzig wijziging muteren muteer mutatie bijwerken aanpassen corrigeren correctie update edit modify patch u',
  delete: 'verwijderen verwijder verwijdering wissen vernietigen delete remove destroy d',
};
const BY_VERB: ReadonlyMap<string, Action> = new Map(
  Object.entries(VERBS).flatMap(([action, words]) =>
    words.split(' ').map((word) => [word, action as Action] as const),
  ),
);

/** The first word of a name, also of one in camel case; null when it starts with no letter. */
const FIRST_WORD = /^(?:\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll}))/u;

/** What an operation with a free name does, by its first word; null when that is not known. */
export function actionOfName(name: string): Action | null {
  const word = FIRST_WORD.exec(name.trimStart().slice(0, 64))?.[0];
  return word === undefined ? null : (BY_VERB.get(word.toLowerCase()) ?? null);
}
