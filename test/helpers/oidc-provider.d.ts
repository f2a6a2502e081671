/** The part of the provider that the tests use; the package brings no types of its own. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  type FindAccount = (
    context: unknown,
    sub: string,
  ) => { accountId: string; claims(): Record<string, unknown> };
  // biome-ignore lint/style/noDefaultExport: it is how the package exports it.
  export default class Provider {
    constructor(issuer: string, settings: Record<string, unknown> & { findAccount: FindAccount });
    callback(): RequestListener;
  }
}
