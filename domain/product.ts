/** The release that this source is: what packages, pages and `--version` name. */
export const VERSION = '0.1.0';
