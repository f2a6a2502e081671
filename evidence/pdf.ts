// The tagged PDF layer: what a screen reader reads is what the eye sees.
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import type { Language, ReportDocument } from '../domain/document.ts';

type Pdf = InstanceType<typeof PDFDocument>;
type Section = ReturnType<Pdf['struct']>;

const require = createRequire(import.meta.url);
const FONT = '@expo-google-fonts/noto-sans';
const REGULAR = require.resolve(`${FONT}/400Regular/NotoSans_400Regular.ttf`);
const BOLD = require.resolve(`${FONT}/700Bold/NotoSans_700Bold.ttf`);
const MARGIN = 56;
const WIDTH = 595.28 - 2 * MARGIN;

export type PdfInfo = {
  title: string;
  author: string;
  subject: string;
  creator: string;
  language: Language;
  at: Date;
};

/**
 * Tagged PDF/A-2a with embedded fonts, drawn by `draw`. Its dates are those of `info`, so the same words
 * give the same bytes.
 */
export async function taggedPdf(info: PdfInfo, draw: (write: Writer) => void): Promise<Buffer> {
  const { title, author, subject, creator, language, at } = info;
  const pdf = new PDFDocument({
    subset: 'PDF/A-2a',
    pdfVersion: '1.7',
    tagged: true,
    lang: language === 'nl' ? 'nl-NL' : 'en-GB',
    displayTitle: true,
    size: 'A4',
    margin: MARGIN,
    font: REGULAR,
    info: {
      Title: title,
      Author: author,
      Subject: subject,
      Creator: creator,
      Producer: 'pdfkit',
      CreationDate: at,
      ModDate: at,
    },
  });
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((done, fail) => pdf.on('end', done).on('error', fail));
  const root = pdf.struct('Document');
  pdf.addStructure(root);
  draw(writer(pdf, root));
  root.end();
  pdf.end();
  await ended;
  return Buffer.concat(chunks);
}

/** A report of parts as PDF; columns share the width by what stands in them. */
export const reportPdf = (report: ReportDocument): Promise<Buffer> =>
  taggedPdf(
    {
      ...{ title: report.title, author: report.author, subject: report.title },
      ...{ creator: 'Inzagewacht', language: report.language, at: new Date(report.madeAt) },
    },
    (write) => {
      for (const block of report.blocks)
        if (block.kind === 'heading') write.heading(block.level, block.text);
        else if (block.kind === 'paragraph') write.paragraph(block.text);
        else if (block.kind === 'list') write.list(block.texts);
        else write.table(block.head, columnWidths([block.head, ...block.rows]), block.rows);
    },
  );

/** Points per column: by the longest word at least, then by the square root of the longest cell. */
function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const columns = rows[0]?.length ?? 0;
  const wanted = Array.from({ length: columns }, (_, i) => {
    const longest = Math.max(...rows.map((row) => row[i]?.length ?? 0));
    return Math.max(4, Math.sqrt(longest) * 4);
  });
  const sum = wanted.reduce((n, w) => n + w, 0);
  return wanted.map((w) => (WIDTH * w) / sum);
}

export type Writer = ReturnType<typeof writer>;
function writer(pdf: Pdf, root: Section) {
  const tagged = (parent: Section, type: string, draw: () => void): void => {
    parent.add(pdf.struct(type, {}, [draw]));
  };
  const heading = (level: 1 | 2, text: string): void =>
    tagged(root, `H${level}`, () => {
      pdf.font(BOLD).fontSize(level === 1 ? 18 : 13);
      pdf.text(text, MARGIN, undefined, { paragraphGap: 6 });
    });
  const body = (text: string): void => {
    pdf.font(REGULAR).fontSize(9.5).text(text, MARGIN, undefined, { paragraphGap: 5 });
  };
  return {
    heading,
    paragraph: (text: string): void => tagged(root, 'P', () => body(text)),
    list(texts: readonly string[]): void {
      const list = pdf.struct('L');
      root.add(list);
      for (const text of texts) {
        const entry = pdf.struct('LI');
        list.add(entry);
        tagged(entry, 'LBody', () => body(`– ${text}`));
        entry.end();
      }
      list.end();
      pdf.moveDown(0.4);
    },
    /** Widths in points; a row never breaks over a page. */
    table(
      head: readonly string[],
      widths: readonly number[],
      rows: readonly (readonly string[])[],
    ) {
      const table = pdf.struct('Table');
      root.add(table);
      const draw = (cells: readonly string[], type: 'TH' | 'TD'): void => {
        pdf.font(type === 'TH' ? BOLD : REGULAR).fontSize(7.5);
        const height = Math.max(
          ...cells.map((cell, i) => pdf.heightOfString(cell, { width: (widths[i] ?? 60) - 4 })),
        );
        if (pdf.y + height > pdf.page.height - MARGIN) pdf.addPage();
        const row = pdf.struct('TR');
        table.add(row);
        const top = pdf.y;
        let left = MARGIN;
        for (const [i, cell] of cells.entries()) {
          const x = left;
          const width = widths[i] ?? 60;
          tagged(row, type, () => pdf.text(cell, x, top, { width: width - 4 }));
          left += width;
        }
        row.end();
        pdf.x = MARGIN;
        pdf.y = top + height + 3;
      };
      draw(head, 'TH');
      for (const row of rows) draw(row, 'TD');
      table.end();
      pdf.moveDown(0.6);
    },
  };
}
