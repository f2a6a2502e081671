/** A value that is read again every so often; a failed reading leaves the old value. */
export type Refreshing<T> = { value(): T; stop(): void };

/** Reads once, then keeps reading; throws only when the first reading fails. */
export async function refreshing<T>(
  read: () => Promise<T>,
  everyMs: number,
  onError: (error: unknown) => void,
): Promise<Refreshing<T>> {
  let value: T = await read();
  let isReading = false;
  const timer = setInterval(() => {
    // A slow reading is not started twice.
    if (isReading) return;
    isReading = true;
    read()
      .then((next) => {
        value = next;
      }, onError)
      .finally(() => {
        isReading = false;
      });
  }, everyMs);
  timer.unref();
  return { value: () => value, stop: () => clearInterval(timer) };
}
