// A report as parts: the same words become a page of text (Markdown) and a tagged PDF.

export type Language = 'nl' | 'en';
export type Block =
  | { kind: 'heading'; level: 1 | 2; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'list'; texts: string[] }
  | { kind: 'table'; head: string[]; rows: string[][] };
export type ReportDocument = {
  title: string;
  language: Language;
  /** Epoch ms of what it speaks about, so that the same facts give the same bytes. */
  madeAt: number;
  author: string;
  blocks: Block[];
};

export const REPORT_KINDS = ['monthly', 'yearly', 'works-council'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];
