const MEDIA = {
  csv: 'text/csv;charset=utf-8',
  markdown: 'text/markdown;charset=utf-8',
  json: 'application/json',
} as const;

/** Gives a text to the reader as a file; it never goes over the network a second time. */
export function saveText(name: string, text: string, type: keyof typeof MEDIA): void {
  const url = URL.createObjectURL(new Blob([text], { type: MEDIA[type] }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
