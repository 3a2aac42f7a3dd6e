/**
 * Begins works in their order, so many at a time, before anybody asks for their results: cases that mostly wait need not wait for each other.
 * A result is asked for by its index; a work's error is that of its asker.
 */
export function startAhead<T>(works: readonly (() => Promise<T>)[], atOnce: number): (index: number) => Promise<T> {
  const results = works.map(() => Promise.withResolvers<T>());
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < works.length; index = next++) {
      const { resolve, reject, promise } = results[index] as PromiseWithResolvers<T>;
      promise.catch(() => undefined);
      await works[index]?.().then(resolve, reject);
    }
  };
  for (let count = 0; count < atOnce; count++) void lane();
  return (index) => (results[index] as PromiseWithResolvers<T>).promise;
}
