export type OidcClient = { readonly issuer: string };
