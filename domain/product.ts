/** The release that this source is: what packages, pages and `--version` name. */
export const VERSION = '0.1.0';

/** Name of this product as a source of audit events: what reviewers look up. */
export const OWN_SYSTEM = 'inzagewacht';
