/** What a failure means to the reader; each has its own words and advice in the catalogue. */
export type Reading =
  | 'offline'
  | 'signed-out'
  | 'step-up'
  | 'forbidden'
  | 'same-person'
  | 'own-concern'
  | 'hearing-needed'
  | 'not-covered'
  | 'expired'
  | 'regime-mixed'
  | 'exchange-form'
  | 'exchange-signature'
  | 'exchange-key'
  | 'exchange-fields'
  | 'exchange-own'
  | 'not-found'
  | 'conflict'
  | 'refused'
  | 'busy'
  | 'unexpected';

const READINGS: Record<number, Reading> = {
  400: 'refused',
  401: 'signed-out',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  412: 'conflict',
  422: 'refused',
  428: 'conflict',
  429: 'busy',
  503: 'busy',
};

/** Refusals with a reason of their own: the reader can do something about each. */
const CODES: Record<string, Reading> = {
  ERR_REVIEW_STEP_UP: 'step-up',
  ERR_REVIEW_SAME_PERSON: 'same-person',
  ERR_REVIEW_SAME_ROLE: 'same-person',
  ERR_REVIEW_PERSON_UNKNOWN: 'same-person',
  ERR_REVIEW_CONFLICT_OF_INTEREST: 'own-concern',
  ERR_REVIEW_HEARING_NEEDED: 'hearing-needed',
  ERR_REVIEW_NOT_COVERED: 'not-covered',
  ERR_REVIEW_EXPIRED: 'expired',
  ERR_REVIEW_REGIME_MIXED: 'regime-mixed',
  ERR_EXCHANGE_FORM: 'exchange-form',
  ERR_EXCHANGE_SIGNATURE: 'exchange-signature',
  ERR_EXCHANGE_KEY: 'exchange-key',
  ERR_EXCHANGE_FIELDS: 'exchange-fields',
  ERR_EXCHANGE_OWN: 'exchange-own',
};

/** A problem answer (RFC 9457) of the API, or none at all when the server was not reached. */
export class Problem extends Error {
  readonly status: number;
  readonly reading: Reading;
  readonly body: Record<string, unknown>;
  constructor(status: number, body: Record<string, unknown> = {}) {
    super(`HTTP ${status}`);
    this.name = 'Problem';
    this.status = status;
    this.body = body;
    this.reading =
      status === 0 ? 'offline' : (CODES[String(body['code'])] ?? READINGS[status] ?? 'unexpected');
  }
}

export type RequestOptions = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  /** Version of what is changed, as the server gave it: a colleague's change in between is refused. */
  ifMatch?: string | undefined;
  signal?: AbortSignal | undefined;
};

let csrfToken: string | null = null;
/** The token that this session sends with every change, so that no other site can make one. */
export const setCsrfToken = (token: string | null): void => {
  csrfToken = token;
};

let answeredAt = 0;
/** When the server last answered, epoch ms: every answer is activity to it and moves the end of the session. */
export const lastAnswerAt = (): number => answeredAt;

/** Asks the API; `T` is the shape that the schema of the route promises. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const { method = 'GET', body, ifMatch, signal } = options;
  const headers = new Headers({ accept: 'application/json' });
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (ifMatch !== undefined) headers.set('if-match', ifMatch);
  if (method !== 'GET') {
    if (csrfToken !== null) headers.set('x-csrf-token', csrfToken);
    if (method === 'POST') headers.set('idempotency-key', crypto.randomUUID());
  }
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0);
  }
  if (answer.ok) answeredAt = Date.now();
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  const content: unknown = isJson ? await answer.json() : undefined;
  // The server's schema made this body: an object, in the shape that the caller names.
  if (!answer.ok) throw new Problem(answer.status, (content ?? {}) as Record<string, unknown>);
  return content as T;
}
