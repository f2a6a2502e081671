import type { Block, ReportDocument } from '../../domain/document.ts';

// Typed text must not become mark-up: names of organisations and references are written by people.
const plain = (text: string): string => text.replace(/[\\`*_{}[\]<>|#]/g, (c) => `\\${c}`);
const cell = (text: string): string => plain(text).replace(/\s*\n\s*/g, ' ');

function toText(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${cell(block.text)}`;
    case 'paragraph':
      return plain(block.text);
    case 'list':
      return block.texts.map((text) => `- ${cell(text)}`).join('\n');
    case 'table':
      return [block.head, block.head.map(() => '---'), ...block.rows]
        .map((row, i) => `| ${row.map((c) => (i === 1 ? c : cell(c))).join(' | ')} |`)
        .join('\n');
  }
}

/** The report as Markdown (CommonMark with tables). */
export const toMarkdown = ({ blocks }: ReportDocument): string =>
  `${blocks.map(toText).join('\n\n')}\n`;
